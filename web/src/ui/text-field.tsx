import type { JSX } from 'solid-js'
import { splitProps } from 'solid-js'
import { Field, Input } from './field.tsx'

/** A line of text with its label. What is not named here goes to the control itself. */
export function TextField(
  props: {
    label: string
    hint?: JSX.Element
    error?: string | undefined
    optional?: boolean
    mono?: boolean
    value: string
    change: (text: string) => void
  } & Pick<
    JSX.InputHTMLAttributes<HTMLInputElement>,
    'type' | 'name' | 'readonly' | 'inputmode' | 'placeholder' | 'autofocus' | 'autocomplete' | 'class' | 'list'
  >,
): JSX.Element {
  const [field, own, rest] = splitProps(props, ['label', 'hint', 'error', 'optional'], ['change'])
  return <Field {...field}>{(wiring) => <Input {...rest} {...wiring} onInput={(event) => own.change(event.currentTarget.value)} />}</Field>
}
