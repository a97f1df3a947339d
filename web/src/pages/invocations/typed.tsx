import type { JSX } from 'solid-js'
import { onCleanup } from 'solid-js'
import { Input } from '../../ui/field.tsx'

/** Long enough that a word typed at once is one question. */
const SETTLED_MS = 300

/** A text to filter by, which counts once typing rests. */
export function Typed(props: { label: string; value: string; change: (text: string) => void }): JSX.Element {
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return (
    <Input
      type="search"
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      onInput={(event) => {
        const text = event.currentTarget.value
        clearTimeout(timer)
        timer = setTimeout(() => props.change(text), SETTLED_MS)
      }}
    />
  )
}
