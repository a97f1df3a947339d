import type { JSX } from 'solid-js'
import { createMemo, For, Show } from 'solid-js'
import type { AttemptViewFragment } from '../../../sdk/generated/operations.ts'
import { phaseBars, phaseMs, totalMs } from './phases.ts'
import './waterfall.css'

/** Where the time of an attempt went: a table, with a bar in each row for the eye. Nothing where it is not known. */
export function Waterfall(props: { of: Pick<AttemptViewFragment, 'number' | 'phases' | 'failedPhase'> }): JSX.Element {
  const bars = createMemo(() => phaseBars(props.of))
  return (
    <Show when={bars().length > 0}>
      <table class="waterfall">
        <caption class="sr-only">Where the time of attempt {props.of.number} went</caption>
        <thead class="sr-only">
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">Bar</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          <For each={bars()}>
            {(bar) => (
              <tr class={`phase phase--${bar.key.toLowerCase()}`} classList={{ 'phase--failed': bar.failed }}>
                <th scope="row">{bar.name}</th>
                <td class="phase__bar" aria-hidden="true">
                  <span style={{ '--from': `${bar.from * 100}%`, '--share': `${bar.share * 100}%` }} />
                </td>
                <td class="phase__ms nums">
                  {bar.ms === null ? '' : phaseMs(bar.ms)}
                  <Show when={bar.failed}>
                    <span class="phase__failed"> failed here</span>
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
        <Show when={bars().length > 1}>
          <tfoot>
            <tr>
              <th scope="row">Together</th>
              <td aria-hidden="true" />
              <td class="phase__ms nums">{phaseMs(totalMs(props.of))}</td>
            </tr>
          </tfoot>
        </Show>
      </table>
    </Show>
  )
}
