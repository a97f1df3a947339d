import type { JSX } from 'solid-js'
import { Index, Show } from 'solid-js'
import { Button } from './button.tsx'
import './faces.css'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'

/** Nothing could be loaded: what happened, and a button to try again. */
export function ErrorFace(props: { message: string; retry: () => void }): JSX.Element {
  return (
    <div class="face" role="alert">
      <span class="face__icon tone--bad">
        <Icon name="warning" size={20} />
      </span>
      <p class="face__title">This could not be loaded</p>
      <p class="soft">{props.message}</p>
      <Button icon="retry" onClick={() => props.retry()}>
        Try again
      </Button>
    </div>
  )
}

/** Nothing is there, why, and what to do about it. */
export function EmptyFace(props: { icon: IconName; title: string; children?: JSX.Element; action?: JSX.Element }): JSX.Element {
  return (
    <div class="face">
      <span class="face__icon">
        <Icon name={props.icon} size={20} />
      </span>
      <p class="face__title">{props.title}</p>
      <Show when={props.children}>
        <p class="soft">{props.children}</p>
      </Show>
      {props.action}
    </div>
  )
}

/** Grey lines where rows will be. They wait a moment before they show, so that a quick answer doesn't flicker. */
export function SkeletonRows(props: { count?: number }): JSX.Element {
  return (
    <div class="skeleton" aria-busy="true">
      <span class="sr-only" role="status">
        Loading
      </span>
      <Index each={Array.from({ length: props.count ?? 6 })}>
        {() => (
          <div class="skeleton__row">
            <span />
            <span />
            <span />
          </div>
        )}
      </Index>
    </div>
  )
}
