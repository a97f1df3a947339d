import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { InvocationRow } from '../../invocation-list/state.ts'
import { TONES } from '../../ui/status.tsx'
import { stripOf } from './run-strip.state.ts'

/** The latest runs as bars, the newest at the right: the colour is the outcome, the height how long it took beside the others. */
export function RunStrip(props: { rows: InvocationRow[] }): JSX.Element {
  const bars = () => stripOf(props.rows)
  return (
    <Show when={bars().length > 1}>
      <span class="strip" aria-hidden="true">
        <For each={bars()}>
          {(bar) => (
            <A href={`/invocations/${bar.id}`} tabindex="-1" class={`strip__${bar.height} tone--${TONES[bar.status]}`} title={bar.title} />
          )}
        </For>
      </span>
    </Show>
  )
}
