import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { RoleLevel, RoleViewFragment } from '../../../sdk/generated/operations.ts'
import { CreateRoleDocument, UpdateRoleDocument } from '../../../sdk/generated/operations.ts'
import { createCommand } from '../live/command.ts'
import type { Failure } from '../live/failure.ts'
import { Choice } from '../ui/choice.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Toggle } from '../ui/field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { LEVEL_WORDS } from './role-words.ts'

/** Asks for a custom role's name and what it is based on, and makes it, or changes the one that is given. On the page while it asks. */
export function RoleDialog(props: {
  role?: RoleViewFragment | undefined
  close: () => void
  saved: (role: RoleViewFragment) => void
}): JSX.Element {
  const create = createCommand(CreateRoleDocument)
  const update = createCommand(UpdateRoleDocument)
  const [draft, setDraft] = createStore<{ name: string; level: RoleLevel; breakGlass: boolean }>({
    name: props.role?.name ?? '',
    level: props.role?.level ?? 'OPERATOR',
    breakGlass: props.role?.breakGlass ?? false,
  })
  const [failure, setFailure] = createSignal<Failure>()
  const at = (field: string) => (failure()?.field === field ? failure()?.message : undefined)
  const change = (part: Partial<typeof draft>) => {
    setDraft(part)
    setFailure(undefined)
  }
  const save = async () => {
    if (!draft.name.trim()) return setFailure({ code: 'BAD_USER_INPUT', field: 'name', message: 'Give it a name, such as “Accounting”.' })
    const input = { name: draft.name.trim(), level: draft.level, breakGlass: draft.breakGlass }
    const { data, failure: refused } = props.role ? await update.run({ id: props.role.id, input }) : await create.run({ input })
    if (refused) return setFailure(refused)
    props.saved('createRole' in data ? data.createRole : data.updateRole)
    props.close()
  }
  return (
    <Dialog
      open
      title={props.role ? `Change ${props.role.name}` : 'New role'}
      confirm={props.role ? 'Save role' : 'Make role'}
      busy={create.busy() || update.busy()}
      error={failure() && !['name', 'level'].some(at) ? failure()?.message : undefined}
      onConfirm={save}
      onClose={props.close}
    >
      <TextField
        label="Name"
        autofocus
        placeholder="Accounting"
        error={at('name')}
        value={draft.name}
        change={(name) => change({ name })}
      />
      <Choice label="Based on" value={draft.level} words={LEVEL_WORDS} error={at('level')} onChange={(level) => change({ level })} />
      <Toggle
        label="Break glass"
        hint="Its members may run without the approval that is wanted, when they give a reason. It is flagged in the audit and on the receipt."
        checked={draft.breakGlass}
        onChange={(breakGlass) => change({ breakGlass })}
      />
    </Dialog>
  )
}
