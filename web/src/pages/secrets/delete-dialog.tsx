import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import type { SecretViewFragment } from '../../../../sdk/generated/operations.ts'
import { DeleteSecretDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.tsx'

export function DeleteSecretDialog(props: { secret: SecretViewFragment; close: () => void; gone: (id: string) => void }): JSX.Element {
  const remove = createCommand(DeleteSecretDocument)
  const [error, setError] = createSignal<string>()
  const run = async () => {
    const { id, name } = props.secret
    const { failure } = await remove.run({ id })
    if (failure) return setError(failure.message)
    props.close()
    props.gone(id)
    toast(`${name} was deleted.`)
  }
  return (
    <Dialog
      open
      title={`Delete ${props.secret.name}?`}
      confirm="Delete"
      danger
      busy={remove.busy()}
      error={error()}
      onConfirm={run}
      onClose={props.close}
    >
      <p>Its value can't be brought back. Only a secret that no action uses can be deleted.</p>
    </Dialog>
  )
}
