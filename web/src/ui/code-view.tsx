import type { JSX } from 'solid-js'
import { children, createMemo, createSignal, For, Show } from 'solid-js'
import { bytes } from '../format.ts'
import { Button } from './button.tsx'
import './code-view.css'
import { CopyButton } from './copy.tsx'
import { jsonTokens, prettyJson } from './json-tokens.ts'
import { printing } from './printing.ts'

/** More than this is shown only when asked for: a body of 64 KiB would push everything else away. */
const LINES_SHOWN = 18
/** A few lines more are not worth a press. */
const LINES_SPARED = 12
const CHARS_SHOWN = 2_400
/** Above this the colours would cost more than they give. */
const CHARS_COLOURED = 20_000

/**
 * A body: JSON is indented and coloured, anything else, and everything that is `raw`, is shown as it came. `note` says that this is not all
 * of it. `tools` stand beside the label; `children` are shown in the place of the text.
 */
export function CodeView(props: {
  text: string
  label: string
  raw?: boolean
  note?: string | undefined
  tools?: JSX.Element
  children?: JSX.Element
}): JSX.Element {
  const [open, setOpen] = createSignal(false)
  const instead = children(() => props.children)
  const pretty = createMemo(() => (props.raw ? undefined : prettyJson(props.text)))
  const whole = () => pretty() ?? props.text
  const isJson = () => pretty() !== undefined
  const lines = () => whole().split('\n', LINES_SHOWN + LINES_SPARED + 1).length
  const isLong = () => whole().length > CHARS_SHOWN || lines() > LINES_SHOWN + LINES_SPARED
  const shown = createMemo(() => {
    if (open() || printing() || !isLong()) return whole()
    return whole().slice(0, CHARS_SHOWN).split('\n').slice(0, LINES_SHOWN).join('\n')
  })
  return (
    <figure class="code">
      <figcaption class="code__head">
        <span>{props.label}</span>
        <span class="quiet nums">{bytes(new TextEncoder().encode(props.text).length)}</span>
        <span class="code__tools">
          {props.tools}
          <CopyButton text={props.text} label={`Copy ${props.label.toLowerCase()}`} />
        </span>
      </figcaption>
      <section class="code__scroll" tabindex="0" aria-label={props.label}>
        <Show when={!instead()} fallback={instead()}>
          <pre>
            <Show when={isJson() && shown().length <= CHARS_COLOURED} fallback={shown()}>
              <For each={jsonTokens(shown())}>{(token) => <span class={`j-${token.kind}`}>{token.text}</span>}</For>
            </Show>
          </pre>
        </Show>
      </section>
      <Show when={isLong() && !instead()}>
        <div class="code__more">
          <Button look="ghost" small onClick={() => setOpen(!open())}>
            {open() ? 'Show less' : 'Show all of it'}
          </Button>
        </div>
      </Show>
      <Show when={props.note}>
        <p class="code__note">{props.note}</p>
      </Show>
    </figure>
  )
}
