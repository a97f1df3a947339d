import type { JSX } from 'solid-js'
import { createEffect, createUniqueId, onCleanup, Show } from 'solid-js'
import { Button } from './button.tsx'
import './dialog.css'

/** A question over the page. The browser keeps the focus inside, closes it on Escape and gives the focus back. */
export function Dialog(props: {
  open: boolean
  title: string
  confirm: string
  danger?: boolean
  busy?: boolean
  error?: string | undefined
  /** A dialog that only tells has no second button. */
  only?: boolean
  onConfirm: () => void
  onClose: () => void
  children: JSX.Element
}): JSX.Element {
  let dialog!: HTMLDialogElement
  const id = createUniqueId()
  createEffect(() => {
    if (props.open && !dialog.open) dialog.showModal()
    if (!props.open && dialog.open) dialog.close()
  })
  // One that leaves the page while it is open gives the focus back too.
  onCleanup(() => dialog.open && dialog.close())
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: for the keyboard the browser closes it on Escape
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onClose={() => props.onClose()}
      onClick={(event) => {
        if (event.target === dialog && !props.only) dialog.close()
      }}
    >
      <form
        method="dialog"
        novalidate
        onSubmit={(event) => {
          event.preventDefault()
          event.stopPropagation()
          props.onConfirm()
        }}
      >
        <h2 id={id}>{props.title}</h2>
        <div class="dialog__body">
          <Show when={props.open}>{props.children}</Show>
        </div>
        <Show when={props.error}>
          <p class="dialog__error" role="alert">
            {props.error}
          </p>
        </Show>
        <div class="dialog__buttons">
          <Show when={!props.only}>
            <Button onClick={() => dialog.close()}>Cancel</Button>
          </Show>
          <Button type="submit" look={props.danger ? 'danger' : 'primary'} busy={props.busy ?? false}>
            {props.confirm}
          </Button>
        </div>
      </form>
    </dialog>
  )
}
