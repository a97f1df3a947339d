import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { RequestDifferenceViewFragment } from '../../../sdk/generated/operations.ts'
import './difference.css'
import { DifferenceLines } from './difference-lines.tsx'

/** What of a request is another than it was when its approval was asked for. */
export function Difference(props: { of: RequestDifferenceViewFragment }): JSX.Element {
  const it = () => props.of
  const first = (method: string, url: string) => `${method} ${url}`
  const before = () => first(it().methodBefore, it().urlBefore)
  const after = () => first(it().methodAfter, it().urlAfter)
  const line = (name: string, value: string | null) => (value === null ? null : `${name}: ${value}`)
  const isShown = () => before() !== after() || it().headers.length > 0 || it().bodyBefore !== it().bodyAfter
  return (
    <div class="stack">
      <Show when={!isShown()}>
        <p>What changed is hidden, because it is a secret.</p>
      </Show>
      <Show when={before() !== after()}>
        <DifferenceLines before={before()} after={after()} label="Difference of the address" />
      </Show>
      <Show when={it().headers.length > 0}>
        <div>
          <p class="quiet small">Headers</p>
          <For each={it().headers}>
            {(header) => (
              <Show
                when={header.before !== header.after}
                fallback={
                  <p>
                    <code>{header.name}</code> has another value, which is hidden.
                  </p>
                }
              >
                <DifferenceLines
                  before={line(header.name, header.before)}
                  after={line(header.name, header.after)}
                  label={`Difference of the header ${header.name}`}
                />
              </Show>
            )}
          </For>
        </div>
      </Show>
      <Show when={it().bodyBefore !== it().bodyAfter}>
        <div>
          <p class="quiet small">Body</p>
          <DifferenceLines before={it().bodyBefore} after={it().bodyAfter} label="Difference of the body" />
        </div>
      </Show>
    </div>
  )
}
