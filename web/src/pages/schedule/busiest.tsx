import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { Exact } from '../../ui/time.tsx'
import type { BusyMinute } from './page.state.ts'

const NAMED = 3

/** The minutes in which most starts at once, which is what a spread would help. */
export function Busiest(props: { minutes: BusyMinute[]; zone: string }): JSX.Element {
  return (
    <Show when={props.minutes.length > 0} fallback={<p class="quiet">No two runs start in the same minute.</p>}>
      <ol class="busiest" aria-label="Busiest minutes">
        <For each={props.minutes}>
          {(minute) => (
            <li>
              <span>
                <Exact at={minute.at} zone={props.zone} />
              </span>
              <b class="nums">{minute.runs} runs</b>
              <span class="quiet small busiest__names">
                <For each={minute.actions.slice(0, NAMED)}>
                  {(action, index) => (
                    <>
                      {index() > 0 ? ', ' : ''}
                      <A class="link" href={`/actions/${action.id}`}>
                        {action.name}
                      </A>
                    </>
                  )}
                </For>
                <Show when={minute.runs > NAMED}> and {minute.runs - NAMED} more</Show>
              </span>
            </li>
          )}
        </For>
      </ol>
    </Show>
  )
}
