import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { CreateProjectDocument, SelectProjectDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import { createAnswer } from '../../ui/answer.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'

/** A button that asks for the name of one more project, makes it and goes there. */
export function NewProject(): JSX.Element {
  const [open, setOpen] = createSignal(false)
  return (
    <>
      <Button small icon="plus" onClick={() => setOpen(true)}>
        New project
      </Button>
      <Show when={open()}>
        <NewProjectDialog close={() => setOpen(false)} />
      </Show>
    </>
  )
}

function NewProjectDialog(props: { close: () => void }): JSX.Element {
  const create = createCommand(CreateProjectDocument)
  const select = createCommand(SelectProjectDocument)
  const name = createAnswer<string>()
  const run = async () => {
    if (!name.text().trim()) return name.refuse('Give it a name, such as “Billing”.')
    const made = await create.run({ input: { name: name.text().trim() } })
    if (made.failure) return name.refuse(made.failure.message)
    const chosen = await select.run({ id: made.data.createProject.id })
    if (chosen.failure) return name.refuse(chosen.failure.message)
    // A whole new page: nothing of the project before stays in memory, and the socket is opened anew.
    window.location.assign('/')
  }
  return (
    <Dialog open title="New project" confirm="Make project" busy={create.busy() || select.busy()} onConfirm={run} onClose={props.close}>
      <p>Its actions, members, roles and tokens are its own; nothing of this project is seen there. You are its first administrator.</p>
      <TextField label="Name" autofocus placeholder="Billing" error={name.mistake()} value={name.text()} change={name.change} />
    </Dialog>
  )
}
