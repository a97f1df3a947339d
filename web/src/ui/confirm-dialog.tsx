import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import type { JSX } from 'solid-js'
import { createEffect, createSignal, on } from 'solid-js'
import { createCommand } from '../live/command.ts'
import { Dialog } from './dialog.tsx'

/**
 * Asks before something that can't be undone, and does it. A refusal is told in the dialog, which stays open.
 *
 * @param props.open true unless given, for one that is only on the page while it asks
 * @param props.done what follows; the dialog is closed after it
 */
export function ConfirmDialog<Data, Variables extends AnyVariables>(props: {
  open?: boolean
  title: string
  confirm: string
  command: TypedDocumentNode<Data, Variables>
  variables: Variables
  done: (data: Data) => void
  close: () => void
  children: JSX.Element
}): JSX.Element {
  const command = createCommand(props.command)
  const [error, setError] = createSignal<string>()
  const open = () => props.open ?? true
  createEffect(on(open, () => setError(undefined)))
  const run = async () => {
    setError(undefined)
    const { data, failure } = await command.run(props.variables)
    if (failure) return setError(failure.message)
    props.done(data)
    props.close()
    // The button that asked may be gone with what was deleted; then the keyboard goes on from the page, not from its very beginning.
    if (document.activeElement === document.body) document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true })
  }
  return (
    <Dialog
      open={open()}
      title={props.title}
      confirm={props.confirm}
      danger
      busy={command.busy()}
      error={error()}
      onConfirm={run}
      onClose={props.close}
    >
      {props.children}
    </Dialog>
  )
}
