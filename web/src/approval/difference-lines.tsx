import type { JSX } from 'solid-js'
import { createMemo, For, Show } from 'solid-js'
import { prettyJson } from '../ui/json-tokens.ts'
import './difference.css'
import { lineDifference } from './line-difference.ts'

const SIGNS = { same: ' ', gone: '−', new: '+' } as const
const SPOKEN = { same: '', gone: 'Removed: ', new: 'Added: ' } as const

/** Two texts as one, line by line: what went, what came and what stayed. JSON is indented first. */
export function DifferenceLines(props: { before: string | null; after: string | null; label: string }): JSX.Element {
  const tidy = (text: string | null) => (text === null ? '' : (prettyJson(text) ?? text))
  const lines = createMemo(() =>
    // An absent text has no line at all, not an empty one.
    lineDifference(tidy(props.before), tidy(props.after)).filter(
      ({ kind, text }) => text !== '' || !((kind === 'gone' && props.before === null) || (kind === 'new' && props.after === null)),
    ),
  )
  return (
    <section class="diff" tabindex="0" aria-label={props.label}>
      <For each={lines()}>
        {(line) => (
          <div class={`diff__line diff__line--${line.kind}`}>
            <span class="diff__sign" aria-hidden="true">
              {SIGNS[line.kind]}
            </span>
            <span>
              <Show when={SPOKEN[line.kind]}>
                <span class="sr-only">{SPOKEN[line.kind]}</span>
              </Show>
              {line.text}
            </span>
          </div>
        )}
      </For>
    </section>
  )
}
