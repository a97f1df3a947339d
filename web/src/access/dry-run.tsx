import type { JSX } from 'solid-js'
import { createSignal, For, Show } from 'solid-js'
import type { PolicyDryRunInput, PolicyDryRunQuery } from '../../../sdk/generated/operations.ts'
import { PolicyDryRunDocument } from '../../../sdk/generated/operations.ts'
import type { Failure } from '../live/failure.ts'
import { toFailure } from '../live/failure.ts'
import { useClient } from '../live/live.tsx'
import { Button } from '../ui/button.tsx'
import { Field, Select } from '../ui/field.tsx'
import type { Tone } from '../ui/status.tsx'
import { Tag } from '../ui/status.tsx'
import './rules.css'
import { TrialRunLine } from './trial-run.tsx'

type DryRunResult = PolicyDryRunQuery['policyDryRun']

const HOW_MANY = (['100', '300', '1000'] as const).map(
  (count) => [count, `the last ${Number(count).toLocaleString('en-GB')} runs`] as const,
)

/**
 * What a policy that is not in force yet would have done to past runs. It is asked only when wanted; a result that is about another policy
 * than the one that is written now says so.
 *
 * @param props.input the candidate, without how many runs are looked at
 */
export function DryRun(props: { input: () => Omit<PolicyDryRunInput, 'last'> }): JSX.Element {
  const client = useClient()
  const [last, setLast] = createSignal('100')
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const [result, setResult] = createSignal<{ of: string; it: DryRunResult }>()
  const run = async () => {
    const input = { ...props.input(), last: Number(last()) }
    setBusy(true)
    const { data, error } = await client.query(PolicyDryRunDocument, { input }).toPromise()
    setBusy(false)
    setFailure(error && toFailure(error))
    setResult(data && { of: JSON.stringify(props.input()), it: data.policyDryRun })
  }
  const stale = () => result() !== undefined && result()?.of !== JSON.stringify(props.input())
  return (
    <div class="trial">
      <p class="soft">Nothing is sent and nothing is changed: past runs are judged by what is written here.</p>
      <Field label="Look at">
        {(wiring) => <Select {...wiring} value={last()} options={HOW_MANY} onChange={(event) => setLast(event.currentTarget.value)} />}
      </Field>
      <div>
        <Button icon="play" busy={busy()} onClick={run}>
          Try it
        </Button>
      </div>
      <Show when={failure()}>
        {(why) => (
          <p class="load-failure" role="alert">
            {why().message}
          </p>
        )}
      </Show>
      <Show when={result()}>{(it) => <Outcome of={it().it} stale={stale()} />}</Show>
    </div>
  )
}

function Outcome(props: { of: DryRunResult; stale: boolean }): JSX.Element {
  const told = () => props.of.runs.filter(({ verdict }) => verdict !== 'ALLOWED')
  return (
    <div class="trial" role="status" aria-label="Result of the dry run">
      <p class="trial__counts">
        <Tag tone="good">{props.of.allowed} allowed</Tag>
        <Tag tone="warn">{props.of.held} held</Tag>
        <Tag tone="bad">{props.of.refused} refused</Tag>
      </p>
      <Show when={props.of.skipped > 0}>
        <p class="quiet small">{props.of.skipped} more were asked for by no role, such as retries and what a schedule made.</p>
      </Show>
      <Show when={!props.of.complete}>
        <p class="quiet small">It took too long to look at all of them.</p>
      </Show>
      <Show when={props.stale}>
        <p class="quiet small">This is about what was written before.</p>
      </Show>
      <Show
        when={told().length > 0}
        fallback={
          <p class="soft small">{props.of.looked === 0 ? 'There is no run yet to look at.' : 'All of them would have run as they did.'}</p>
        }
      >
        <ul class="trial__rows" aria-label="Runs that would have been held or refused">
          <For each={told()}>
            {(each) => (
              <TrialRunLine run={each.invocation} why={each.reason}>
                <Tag tone={VERDICTS[each.verdict].tone}>{VERDICTS[each.verdict].words}</Tag>
              </TrialRunLine>
            )}
          </For>
        </ul>
      </Show>
    </div>
  )
}

const VERDICTS: Readonly<Record<DryRunResult['runs'][number]['verdict'], { words: string; tone: Tone }>> = {
  ALLOWED: { words: 'allowed', tone: 'good' },
  HELD: { words: 'held', tone: 'warn' },
  REFUSED: { words: 'refused', tone: 'bad' },
}
