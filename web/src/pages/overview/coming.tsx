import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { mode } from '../../schedule/mode.tsx'
import { MODE_WORDS } from '../../schedule/mode-words.ts'
import { Exact, Relative } from '../../ui/time.tsx'
import type { Coming } from './page.state.ts'

/** The runs that start next. */
export function ComingRuns(props: { runs: Coming[] }): JSX.Element {
  return (
    <Show
      when={props.runs.length > 0}
      fallback={
        <p class="soft">
          {mode() === 'ACTIVE' ? 'No schedule runs in the coming 24 hours.' : `${MODE_WORDS[mode()].name}. ${MODE_WORDS[mode()].words}`}
        </p>
      }
    >
      <ol class="coming" aria-label="Next runs">
        <For each={props.runs}>
          {(run) => (
            <li class="coming__run">
              <A class="coming__name clip" href={`/actions/${run.action.id}`}>
                {run.action.name}
              </A>
              <span class="nums">
                <Relative at={run.effectiveAt} />
              </span>
              <span class="quiet small">
                <Exact at={run.effectiveAt} />
              </span>
            </li>
          )}
        </For>
      </ol>
    </Show>
  )
}
