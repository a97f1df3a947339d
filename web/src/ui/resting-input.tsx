import type { JSX } from 'solid-js'
import { onCleanup } from 'solid-js'
import { Input } from './field.tsx'

/** Long enough that a word typed at once is one search. */
const RESTS_MS = 250

/** A line to look for something; its text counts once typing rests. */
export function RestingInput(props: {
  label: string
  value: string
  change: (text: string) => void
  ref?: (input: HTMLInputElement) => void
  /** Id of a list of suggestions. */
  list?: string
}): JSX.Element {
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return (
    <Input
      {...(props.ref && { ref: props.ref })}
      {...(props.list && { list: props.list })}
      type="search"
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      onInput={(event) => {
        const text = event.currentTarget.value
        clearTimeout(timer)
        timer = setTimeout(() => props.change(text), RESTS_MS)
      }}
    />
  )
}
