import type { JSX } from 'solid-js'
import { For } from 'solid-js'
import { Icon } from './icon.tsx'

/** What one should know about something that is right in itself, a block for each sentence. */
export function Warnings(props: { of: readonly string[] }): JSX.Element {
  return (
    <For each={props.of}>
      {(warning) => (
        <p class="warning">
          <Icon name="warning" size={14} /> {warning}
        </p>
      )}
    </For>
  )
}
