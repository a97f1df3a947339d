import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { RetryCallbackDocument } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { createCommand } from '../../live/command.ts'
import { CallbackView, type ShownCallback } from '../../run/callback.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { toast } from '../../ui/toast.tsx'

/** What became of telling the outcome, and once more where it was given up. */
export function CallbackCard(props: { invocationId: string; callback: ShownCallback; reload: () => void }): JSX.Element {
  const retry = createCommand(RetryCallbackDocument)
  const again = async () => {
    const { failure } = await retry.run({ invocationId: props.invocationId })
    if (failure) return toast(failure.message, { bad: true })
    props.reload()
  }
  return (
    <Card
      title="Callback"
      hint={`${props.callback.attempts.length} of at most ${props.callback.maxAttempts}`}
      actions={
        <Show when={props.callback.status === 'FAILED' && may('OPERATE')}>
          <Button small icon="retry" busy={retry.busy()} onClick={again}>
            Send again
          </Button>
        </Show>
      }
      flush
    >
      <CallbackView of={props.callback} />
    </Card>
  )
}
