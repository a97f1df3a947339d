import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { RenewReceiptDocument, RevokeReceiptDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
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
  const [days, setDays] = createSignal(String(DAYS))
  const [failure, setFailure] = createSignal<Failure>()
  const atDays = () => (failure()?.field === 'days' ? failure()?.message : undefined)
  const run = async () => {
    const whole = Number(days())
    if (!Number.isInteger(whole) || whole < 1 || whole > 365) {
      return setFailure({ code: 'BAD_USER_INPUT', message: 'A whole number from 1 to 365.', field: 'days' })
    }
    const { data, failure: refused } = await renew.run({ invocationId: props.invocation.id, days: whole })
    if (refused) return setFailure(refused)
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
      error={atDays() ? undefined : failure()?.message}
      onConfirm={run}
      onClose={props.close}
    >
      <Show when={props.open}>
        <p>The present address shows nothing any more from then on, also to those who have it open.</p>
      </Show>
      <Field label="Days it can be seen" error={atDays()} hint="1 to 365">
        {(wiring) => (
          <Input
            {...wiring}
            autofocus
            inputmode="numeric"
            value={days()}
            onInput={(event) => {
              setDays(event.currentTarget.value.trim())
              setFailure(undefined)
            }}
          />
        )}
      </Field>
    </Dialog>
  )
}

/** Asks whether the receipt shall really be taken from everyone. */
export function RevokeDialog(props: Asked): JSX.Element {
  const revoke = createCommand(RevokeReceiptDocument)
  const [failure, setFailure] = createSignal<Failure>()
  const run = async () => {
    const { data, failure: refused } = await revoke.run({ invocationId: props.invocation.id })
    if (refused) return setFailure(refused)
    props.take(data.revokeReceipt)
    props.close()
    toast('Revoked. Its address shows nothing any more.')
  }
  return (
    <Dialog
      open
      danger
      title="Revoke this receipt?"
      confirm="Revoke"
      busy={revoke.busy()}
      error={failure()?.message}
      onConfirm={run}
      onClose={props.close}
    >
      <p>At once its address shows nothing any more, to anyone. The receipt can get a new address later; this one stays dead.</p>
    </Dialog>
  )
}
