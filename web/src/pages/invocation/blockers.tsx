import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { Icon } from '../../ui/icon.tsx'
import { Exact, Relative } from '../../ui/time.tsx'
import './blockers.css'
import type { Invocation } from './page.state.ts'

/** What an invocation waits for, the first to be dealt with above: until when, and what can be done about it. */
export function Blockers(props: { of: Invocation['whyNotRunning'] }): JSX.Element {
  return (
    <ol class="blockers" aria-label="Why it is not running">
      <For each={props.of}>
        {(blocker) => (
          <li data-code={blocker.code}>
            <Icon name={blocker.until ? 'clock' : 'warning'} />
            <div>
              <p>
                {blocker.message}
                <Show when={blocker.until}>
                  {(until) => (
                    <span class="soft">
                      {' '}
                      Until <Exact at={until()} />, <Relative at={until()} />.
                    </span>
                  )}
                </Show>
              </p>
              <Show when={blocker.remedy}>
                <p class="quiet small">{blocker.remedy}</p>
              </Show>
            </div>
          </li>
        )}
      </For>
    </ol>
  )
}
