import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import type { LimitViewFragment } from '../../../../sdk/generated/operations.ts'
import { SetConcurrencyLimitDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import { Dialog } from '../../ui/dialog.tsx'

export function DeleteLimitDialog(props: { limit: LimitViewFragment; close: () => void; gone: (id: string) => void }): JSX.Element {
  const set = createCommand(SetConcurrencyLimitDocument)
  const [error, setError] = createSignal<string>()
  const run = async () => {
    const { id, key } = props.limit
    const { failure } = await set.run({ key: key ?? '', limit: null })
    if (failure) return setError(failure.message)
    props.close()
    props.gone(id)
  }
  return (
    <Dialog
      open
      title={`Delete the limit of ${props.limit.key}?`}
      confirm="Delete"
      danger
      busy={set.busy()}
      error={error()}
      onConfirm={run}
      onClose={props.close}
    >
      <p>Runs with this key then go one at a time.</p>
    </Dialog>
  )
}
