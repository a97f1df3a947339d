import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { RenewReceiptDocument, RevokeReceiptDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { createAnswer } from '../../ui/answer.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Invocation } from './page.state.ts'

interface Asked {
  invocation: Invocation
  take: (next: Invocation) => void
  close: () => void
}

const DAYS = 30

/** Asks for how long a new address of the receipt shall last. `open`: the present one is still shown. */
export function RenewDialog(props: Asked & { open: boolean }): JSX.Element {
  const renew = createCommand(RenewReceiptDocument)
  const days = createAnswer<Failure>(String(DAYS))
  const atDays = () => (days.mistake()?.field === 'days' ? days.mistake()?.message : undefined)
  const run = async () => {
    const whole = Number(days.text())
    if (!Number.isInteger(whole) || whole < 1 || whole > 365) {
      return days.refuse({ code: 'BAD_USER_INPUT', message: 'A whole number from 1 to 365.', field: 'days' })
    }
    const { data, failure } = await renew.run({ invocationId: props.invocation.id, days: whole })
    if (failure) return days.refuse(failure)
    props.take(data.renewReceipt)
    props.close()
    toast('The receipt has a new address.')
  }
  return (
    <Dialog
      open
      title="A new address for this receipt"
      confirm="Make it"
      busy={renew.busy()}
      error={atDays() ? undefined : days.mistake()?.message}
      onConfirm={run}
      onClose={props.close}
    >
      <Show when={props.open}>
        <p>The present address shows nothing any more from then on, also to those who have it open.</p>
      </Show>
      <TextField
        label="Days it can be seen"
        error={atDays()}
        hint="1 to 365"
        autofocus
        inputmode="numeric"
        value={days.text()}
        change={(text) => days.change(text.trim())}
      />
    </Dialog>
  )
}

/** Asks whether the receipt shall really be taken from everyone. */
export function RevokeDialog(props: Asked): JSX.Element {
  return (
    <ConfirmDialog
      title="Revoke this receipt?"
      confirm="Revoke"
      command={RevokeReceiptDocument}
      variables={{ invocationId: props.invocation.id }}
      done={({ revokeReceipt }) => {
        props.take(revokeReceipt)
        toast('Revoked. Its address shows nothing any more.')
      }}
      close={props.close}
    >
      <p>At once its address shows nothing any more, to anyone. The receipt can get a new address later; this one stays dead.</p>
    </ConfirmDialog>
  )
}
