import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { DeleteActionDocument, PauseDocument, ResumeDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import { Button, IconButton, LinkButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { InvokeDialog } from './invoke-dialog.tsx'
import type { Action } from './page.state.ts'

/** What may be done with an action now; each asks what it has to know in a dialog. */
export function ActionButtons(props: { action: Action; set: (action: Action) => void }): JSX.Element {
  const [asked, setAsked] = createSignal<'invoke' | 'pause' | 'delete'>()
  const resume = createCommand(ResumeDocument)
  const may = (operation: Action['allowedOperations'][number]) => props.action.allowedOperations.includes(operation)
  const navigate = useNavigate()
  const close = () => setAsked(undefined)
  const resumeIt = async () => {
    const { data, failure } = await resume.run({ actionId: props.action.id })
    if (failure) return toast(failure.message, { bad: true })
    props.set(data.resume)
    toast('It runs again.')
  }
  return (
    <>
      <Show when={may('DELETE')}>
        <IconButton icon="trash" label="Delete" onClick={() => setAsked('delete')} />
      </Show>
      <Show when={may('UPDATE')}>
        <LinkButton href={`/actions/${props.action.id}/edit`} icon="edit">
          Edit
        </LinkButton>
      </Show>
      <Show when={may('PAUSE')}>
        <Button icon="pause" onClick={() => setAsked('pause')}>
          Pause
        </Button>
      </Show>
      <Show when={may('RESUME')}>
        <Button icon="resume" busy={resume.busy()} onClick={resumeIt}>
          Resume
        </Button>
      </Show>
      <Show when={may('INVOKE_NOW')}>
        <Button look="primary" icon="play" onClick={() => setAsked('invoke')}>
          Invoke now
        </Button>
      </Show>
      <Show when={asked() === 'invoke'}>
        <InvokeDialog action={props.action} close={close} />
      </Show>
      <PauseDialog action={props.action} open={asked() === 'pause'} close={close} set={props.set} />
      <ConfirmDialog
        open={asked() === 'delete'}
        title={`Delete ${props.action.name}?`}
        confirm="Delete"
        command={DeleteActionDocument}
        variables={{ id: props.action.id }}
        done={() => {
          toast(`${props.action.name} was deleted.`)
          navigate('/actions', { replace: true })
        }}
        close={close}
      >
        <p>What is still to come is cancelled. Its past invocations and their receipts stay.</p>
      </ConfirmDialog>
    </>
  )
}

interface DialogProps {
  action: Action
  open: boolean
  close: () => void
}

function PauseDialog(props: DialogProps & { set: (action: Action) => void }): JSX.Element {
  const pause = createCommand(PauseDocument)
  const [note, setNote] = createSignal('')
  const [error, setError] = createSignal<string>()
  const run = async () => {
    const { data, failure } = await pause.run({ actionId: props.action.id, note: note().trim() || undefined })
    if (failure) return setError(failure.message)
    props.set(data.pause)
    props.close()
  }
  return (
    <Dialog
      open={props.open}
      title={`Pause ${props.action.name}`}
      confirm="Pause"
      busy={pause.busy()}
      onConfirm={run}
      onClose={props.close}
    >
      <p>Its schedule stops until someone resumes it. What is passed over meanwhile is not made up for.</p>
      <Field label="Note" optional error={error()} hint="Why, for whoever finds it paused.">
        {(wiring) => (
          <Input
            {...wiring}
            value={note()}
            placeholder="Waiting for the migration"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}
