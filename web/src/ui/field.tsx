import type { JSX } from 'solid-js'
import { createUniqueId, For, Show, splitProps } from 'solid-js'
import './field.css'
import { Icon } from './icon.tsx'

/** What a control inside a `Field` needs so that label, hint and error belong to it. */
export interface Wiring {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': 'true' | undefined
}

/** A label above a control, a hint or an error below it. */
export function Field(props: {
  label: string
  hint?: JSX.Element
  error?: string | undefined
  optional?: boolean
  aside?: JSX.Element
  children: (wiring: Wiring) => JSX.Element
}): JSX.Element {
  const id = createUniqueId()
  const wiring: Wiring = {
    id,
    get 'aria-describedby'() {
      return props.error || props.hint ? `${id}-note` : undefined
    },
    get 'aria-invalid'() {
      return props.error ? ('true' as const) : undefined
    },
  }
  return (
    <div class="field" classList={{ 'field--bad': !!props.error }}>
      <div class="field__top">
        <label for={id}>{props.label}</label>
        <Show when={props.optional}>
          <span class="quiet small">optional</span>
        </Show>
        <Show when={props.aside}>
          <span class="field__aside">{props.aside}</span>
        </Show>
      </div>
      {props.children(wiring)}
      <Show when={props.error || props.hint}>
        <p class="field__note" id={`${id}-note`} aria-live="polite">
          <Show when={props.error} fallback={props.hint}>
            <Icon name="warning" size={14} /> {props.error}
          </Show>
        </p>
      </Show>
    </div>
  )
}

/** A line of text. */
export function Input(props: JSX.InputHTMLAttributes<HTMLInputElement> & { mono?: boolean }): JSX.Element {
  const [own, rest] = splitProps(props, ['mono', 'class'])
  return <input autocomplete="off" spellcheck={false} {...rest} class={`input ${own.mono ? 'mono' : ''} ${own.class ?? ''}`} />
}

/** Several lines, monospaced. */
export function Area(props: JSX.TextareaHTMLAttributes<HTMLTextAreaElement>): JSX.Element {
  return <textarea rows={6} spellcheck={false} {...props} class="input input--area mono" />
}

/** One of a few, as the browser's own list. */
export function Select(
  props: JSX.SelectHTMLAttributes<HTMLSelectElement> & { options: readonly (readonly [string, string])[] },
): JSX.Element {
  const [own, rest] = splitProps(props, ['options', 'value', 'class'])
  return (
    <span class={`select ${own.class ?? ''}`}>
      <select {...rest} class="input">
        <For each={own.options}>
          {([value, words]) => (
            <option value={value} selected={value === own.value}>
              {words}
            </option>
          )}
        </For>
      </select>
      <Icon name="down" size={14} />
    </span>
  )
}

/** On or off, with its words beside it. */
export function Toggle(props: {
  label: string
  hint?: string
  checked: boolean
  disabled?: boolean
  onChange: (on: boolean) => void
}): JSX.Element {
  return (
    <label class="toggle">
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.checked}
        checked={props.checked}
        disabled={props.disabled ?? false}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span class="toggle__track" />
      <span>
        {props.label}
        <Show when={props.hint}>
          <span class="toggle__hint">{props.hint}</span>
        </Show>
      </span>
    </label>
  )
}

/** One of a few, all visible. Arrow keys move between them, as between radio buttons. */
export function Segments<Value extends string>(props: {
  label: string
  value: Value
  options: readonly (readonly [Value, string])[]
  onChange: (value: Value) => void
  showLabel?: boolean
}): JSX.Element {
  const name = createUniqueId()
  return (
    <fieldset class="segments">
      <legend class={props.showLabel ? 'segments__label' : 'sr-only'}>{props.label}</legend>
      <div class="segments__track">
        <For each={props.options}>
          {([value, words]) => (
            <label class="segment">
              <input type="radio" name={name} value={value} checked={value === props.value} onChange={() => props.onChange(value)} />
              <span>{words}</span>
            </label>
          )}
        </For>
      </div>
    </fieldset>
  )
}
