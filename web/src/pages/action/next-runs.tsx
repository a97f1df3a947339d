import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { Exact, Relative } from '../../ui/time.tsx'
import type { Action } from './page.state.ts'

export function NextRuns(props: { action: Action }): JSX.Element {
  return (
    <Show when={props.action.nextRuns.length > 0} fallback={<p class="quiet">{whyNone(props.action)}</p>}>
      <ol class="next-runs">
        <For each={props.action.nextRuns}>
          {(run) => (
            <li>
              <Relative at={run.at} zone={props.action.schedule?.timezone} />
              <span class="soft">
                <Exact at={run.at} zone={props.action.schedule?.timezone} />
              </span>
              <Show when={run.note}>
                <span class="next-runs__note">{run.note}</span>
              </Show>
            </li>
          )}
        </For>
      </ol>
    </Show>
  )
}

function whyNone(action: Action): string {
  if (!action.enabled) return 'None while it is paused. Resuming replays nothing that was passed over.'
  return action.kind === 'ONE_TIME' ? 'None: its one time has passed.' : 'None to come.'
}
