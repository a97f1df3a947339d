import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { CancelDocument, InvokeNowDocument, RetryDocument } from '../../../../sdk/generated/operations.ts'
import { tellIfWaiting } from '../../approval/told.ts'
import { createCommand } from '../../live/command.ts'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Invocation } from './page.state.ts'

/** What may be done with an invocation now. */
export function InvocationButtons(props: { invocation: Invocation; take: (next: Invocation) => void }): JSX.Element {
  const navigate = useNavigate()
  const cancel = createCommand(CancelDocument)
  const retry = createCommand(RetryDocument)
  const invoke = createCommand(InvokeNowDocument)
  const may = (operation: Invocation['allowedOperations'][number]) => props.invocation.allowedOperations.includes(operation)

  const cancelIt = async () => {
    const { data, failure } = await cancel.run({ invocationId: props.invocation.id })
    if (failure) return toast(failure.message, { bad: true })
    props.take(data.cancel)
    toast(data.cancel.attemptCount > 0 ? 'Cancelled. No further attempt is made.' : 'Cancelled. Nothing was sent.')
  }
  const retryIt = async () => {
    const { data, failure } = await retry.run({ invocationId: props.invocation.id })
    if (failure) return toast(failure.message, { bad: true })
    if (!tellIfWaiting(data.retry)) toast('This is the new invocation.')
    navigate(`/invocations/${data.retry.id}`)
  }
  const invokeIt = async () => {
    const { data, failure } = await invoke.run({ actionId: props.invocation.action.id })
    if (failure) return toast(failure.message, { bad: true })
    tellIfWaiting(data.invokeNow)
    navigate(`/invocations/${data.invokeNow.id}`)
  }
  return (
    <>
      <Show when={may('CANCEL')}>
        <Button look="danger" icon="slash" busy={cancel.busy()} onClick={cancelIt}>
          Cancel
        </Button>
      </Show>
      <Show when={may('RETRY')}>
        <Button icon="retry" busy={retry.busy()} onClick={retryIt}>
          Retry
        </Button>
      </Show>
      <Show when={props.invocation.action.allowedOperations.includes('INVOKE_NOW')}>
        <Button look="primary" icon="play" busy={invoke.busy()} onClick={invokeIt}>
          Invoke now
        </Button>
      </Show>
    </>
  )
}
