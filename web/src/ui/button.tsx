import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show, splitProps } from 'solid-js'
import './button.css'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'

type Look = 'primary' | 'plain' | 'ghost' | 'danger'

interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  icon?: IconName
  /** Work is under way: the button keeps its place, takes no further press and says so. */
  busy?: boolean
  small?: boolean
}

/** A button with words, `type="button"` unless told otherwise. */
export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ['look', 'icon', 'busy', 'small', 'children', 'class', 'disabled'])
  return (
    <button
      type="button"
      {...rest}
      class={`${classOf(own.look, own.small)} ${own.class ?? ''}`}
      disabled={own.disabled || own.busy}
      aria-busy={own.busy || undefined}
    >
      <Show when={own.busy} fallback={<Show when={own.icon}>{(name) => <Icon name={name()} />}</Show>}>
        <span class="spinner" />
      </Show>
      {own.children}
    </button>
  )
}

/** A link that looks like a button. */
export function LinkButton(props: { href: string; look?: Look; icon?: IconName; small?: boolean; children: JSX.Element }): JSX.Element {
  return (
    <A href={props.href} class={classOf(props.look, props.small)}>
      <Show when={props.icon}>{(name) => <Icon name={name()} />}</Show>
      {props.children}
    </A>
  )
}

/** A square button with an icon alone; `label` is its name for everyone who doesn't see the icon, and its tooltip. */
export function IconButton(
  props: { icon: IconName; label: string; busy?: boolean } & Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'title'>,
): JSX.Element {
  const [own, rest] = splitProps(props, ['icon', 'label', 'busy', 'disabled'])
  return (
    <button
      type="button"
      {...rest}
      class="btn btn--icon"
      aria-label={own.label}
      title={own.label}
      disabled={own.disabled || own.busy}
      aria-busy={own.busy || undefined}
    >
      <Show when={own.busy} fallback={<Icon name={own.icon} />}>
        <span class="spinner" />
      </Show>
    </button>
  )
}

const classOf = (look: Look = 'plain', small = false): string => `btn btn--${look}${small ? ' btn--small' : ''}`
