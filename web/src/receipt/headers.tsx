import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { headerEntries } from './header-entries.ts'

/** Header names and values, folded; values the server hid come as they are hidden. Nothing when there are none. */
export function HeaderLines(props: { of: unknown; label: string; open?: boolean }): JSX.Element {
  const entries = () => headerEntries(props.of)
  return (
    <Show when={entries().length > 0}>
      <details class="headers" open={props.open ?? false}>
        <summary>
          {props.label} <span class="quiet nums">{entries().length}</span>
        </summary>
        <dl>
          <For each={entries()}>
            {([name, value]) => (
              <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            )}
          </For>
        </dl>
      </details>
    </Show>
  )
}
