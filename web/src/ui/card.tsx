import type { JSX } from 'solid-js'
import { createUniqueId, Show } from 'solid-js'
import './card.css'

/** A titled surface. Without a title it is a plain box. */
export function Card(props: {
  title?: string
  hint?: JSX.Element
  actions?: JSX.Element
  flush?: boolean
  children: JSX.Element
}): JSX.Element {
  const id = createUniqueId()
  return (
    <section class="card" classList={{ 'card--flush': !!props.flush }} aria-labelledby={props.title ? id : undefined}>
      <Show when={props.title}>
        <header class="card__head">
          <h2 id={id}>{props.title}</h2>
          <Show when={props.hint}>
            <span class="quiet small">{props.hint}</span>
          </Show>
          <Show when={props.actions}>
            <span class="card__actions">{props.actions}</span>
          </Show>
        </header>
      </Show>
      <div class="card__body">{props.children}</div>
    </section>
  )
}

/** Names and values, one pair a line. */
export function Facts(props: { children: JSX.Element }): JSX.Element {
  return <dl class="facts">{props.children}</dl>
}

/** One pair of `Facts`. */
export function Fact(props: { name: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="fact">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
