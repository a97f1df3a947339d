import type { JSX } from 'solid-js'
import { Segments } from './field.tsx'

/** One of a few, with a sentence below that says what the chosen one does. */
export function Choice<Value extends string>(props: {
  label: string
  value: Value
  words: Readonly<Record<Value, { name: string; words: string }>>
  onChange: (value: Value) => void
}): JSX.Element {
  return (
    <div class="choice">
      <Segments
        label={props.label}
        showLabel
        value={props.value}
        options={(Object.keys(props.words) as Value[]).map((value) => [value, props.words[value].name] as const)}
        onChange={props.onChange}
      />
      <p class="choice__words" aria-live="polite">
        {props.words[props.value].words}
      </p>
    </div>
  )
}
