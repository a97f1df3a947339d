import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'

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

/** Pairs of name and text from the JSON object the API gives; a header that came several times joins its values. */
export function headerEntries(headers: unknown): [string, string][] {
  if (typeof headers !== 'object' || headers === null) return []
  return Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)])
}
