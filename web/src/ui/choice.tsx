import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Segments } from './field.tsx'
import { Icon } from './icon.tsx'

/** One of a few, with a sentence below that says what the chosen one does, or what is wrong with it. */
export function Choice<Value extends string>(props: {
  label: string
  value: Value
  words: Readonly<Record<Value, { name: string; words: string }>>
  error?: string | undefined
  onChange: (value: Value) => void
}): JSX.Element {
  return (
    <div class="choice" classList={{ 'choice--bad': !!props.error }}>
      <Segments
        label={props.label}
        showLabel
        value={props.value}
        options={(Object.keys(props.words) as Value[]).map((value) => [value, props.words[value].name] as const)}
        onChange={props.onChange}
      />
      <p class="choice__words" aria-live="polite">
        <Show when={props.error} fallback={props.words[props.value].words}>
          <Icon name="warning" size={14} /> {props.error}
        </Show>
      </p>
    </div>
  )
}
