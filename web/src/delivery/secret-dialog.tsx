import type { JSX } from 'solid-js'
import { createEffect, createSignal, on } from 'solid-js'
import type { SecretViewFragment } from '../../../sdk/generated/operations.ts'
import { SetSecretDocument } from '../../../sdk/generated/operations.ts'
import { createCommand } from '../live/command.ts'
import type { Failure } from '../live/failure.ts'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'

/** Asks for a secret and keeps it. `name` is that of one that is there already and gets another value. */
export function SecretDialog(props: {
  open: boolean
  name?: string | undefined
  close: () => void
  saved: (secret: SecretViewFragment) => void
}): JSX.Element {
  const set = createCommand(SetSecretDocument)
  const [name, setName] = createSignal('')
  const [value, setValue] = createSignal('')
  const [mistake, setMistake] = createSignal<Failure>()
  const at = (field: string) => (mistake()?.field === field ? mistake()?.message : undefined)
  const forget = () => {
    // A value that is typed here stays nowhere.
    setName('')
    setValue('')
    setMistake(undefined)
  }
  createEffect(on(() => props.open, forget))
  const run = async () => {
    const { data, failure } = await set.run({ name: props.name ?? name().trim(), value: value() })
    if (failure) return setMistake(failure)
    props.close()
    props.saved(data.setSecret)
  }
  return (
    <Dialog
      open={props.open}
      title={props.name ? `Replace the value of ${props.name}` : 'Add a secret'}
      confirm={props.name ? 'Replace' : 'Add secret'}
      busy={set.busy()}
      error={mistake() && !at('value') && (props.name !== undefined || !at('name')) ? mistake()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      {props.name ? (
        <p>Every request that goes out from now on has the new value. Actions that use it need no change.</p>
      ) : (
        <TextField
          label="Name"
          error={at('name')}
          hint="Headers name it, such as BILLING_TOKEN."
          mono
          autofocus
          placeholder="BILLING_TOKEN"
          value={name()}
          change={(text) => {
            setName(text)
            setMistake(undefined)
          }}
        />
      )}
      <TextField
        label="Value"
        error={at('value')}
        hint="It is kept encrypted and never shown again."
        mono
        type="password"
        autocomplete="new-password"
        value={value()}
        change={(text) => {
          setValue(text)
          setMistake(undefined)
        }}
      />
    </Dialog>
  )
}
