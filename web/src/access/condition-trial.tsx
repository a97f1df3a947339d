import type { JSX } from 'solid-js'
import { For, Match, Show, Switch } from 'solid-js'
import type { TryConditionQuery } from '../../../sdk/generated/operations.ts'
import { TryConditionDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient } from '../live/live.tsx'
import { createLoaded } from '../live/loaded.ts'
import { LoadFailure } from '../ui/load-failure.tsx'
import { Tag } from '../ui/status.tsx'
import './rules.css'
import { TrialRunLine } from './trial-run.tsx'

type Trial = TryConditionQuery['tryCondition']

const RUNS_TRIED = 20

/** What a condition says of the latest runs. */
export function ConditionTrial(props: { condition: string; actionId: string | null }): JSX.Element {
  const client = useClient()
  const trial = createLoaded<Trial, { condition: string; actionId: string | null }>(
    () => ({ condition: props.condition, actionId: props.actionId }),
    (given) => ask(client, TryConditionDocument, { ...given, last: RUNS_TRIED }, (data) => data.tryCondition),
  )
  const count = (value: boolean | null) => trial.data()?.results.filter((each) => each.value === value).length ?? 0
  return (
    <div class="trial" aria-live="polite">
      <LoadFailure what="The trial" of={trial} />
      <Switch>
        <Match when={trial.data()?.results.length === 0}>
          <p class="soft small">There is no run yet to try it on.</p>
        </Match>
        <Match when={trial.data()}>
          {(it) => (
            <>
              <p class="trial__counts">
                <Tag tone="good">{count(true)} true</Tag>
                <Tag>{count(false)} false</Tag>
                <Show when={count(null) > 0}>
                  <Tag tone="bad">{count(null)} failed</Tag>
                </Show>
              </p>
              <ul class="trial__rows" aria-label="The condition on recent runs">
                <For each={it().results}>
                  {(result) => (
                    <TrialRunLine run={result.invocation} why={result.error}>
                      <Tag tone={result.value === null ? 'bad' : result.value ? 'good' : 'quiet'}>
                        {result.value === null ? 'failed' : String(result.value)}
                      </Tag>
                    </TrialRunLine>
                  )}
                </For>
              </ul>
              <Show when={!it().complete}>
                <p class="quiet small">It took too long to try it on all of them.</p>
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </div>
  )
}
