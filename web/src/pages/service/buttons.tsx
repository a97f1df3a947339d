import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, createSignal, on } from 'solid-js'
import { createStore } from 'solid-js/store'
import { DeleteServiceDocument, UpdateServiceDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Service } from './page.state.ts'

interface ServiceProps {
  service: Service
  changed: () => void
}

export function ServiceButtons(props: ServiceProps): JSX.Element {
  const [asked, setAsked] = createSignal<'edit' | 'delete'>()
  const navigate = useNavigate()
  const close = () => setAsked(undefined)
  return (
    <>
      <Button icon="edit" onClick={() => setAsked('edit')}>
        Edit
      </Button>
      <Button look="danger" icon="trash" onClick={() => setAsked('delete')}>
        Delete
      </Button>
      <EditDialog {...props} open={asked() === 'edit'} close={close} />
      <ConfirmDialog
        open={asked() === 'delete'}
        title={`Delete ${props.service.name}?`}
        confirm="Delete"
        command={DeleteServiceDocument}
        variables={{ id: props.service.id }}
        done={() => {
          toast(`${props.service.name} was deleted.`)
          navigate('/services', { replace: true })
        }}
        close={close}
      >
        <p>Its signing secret, limits and gateway go with it. Only a service that no action uses can be deleted.</p>
      </ConfirmDialog>
    </>
  )
}

function EditDialog(props: ServiceProps & { open: boolean; close: () => void }): JSX.Element {
  const update = createCommand(UpdateServiceDocument)
  const [draft, setDraft] = createStore({ name: '', baseUrl: '' })
  const [mistake, setMistake] = createSignal<Failure>()
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        setDraft({ name: props.service.name, baseUrl: props.service.baseUrl })
        setMistake(undefined)
      },
    ),
  )
  const at = (field: string) => (mistake()?.field === field ? mistake()?.message : undefined)
  const run = async () => {
    const { failure } = await update.run({ id: props.service.id, input: { name: draft.name, baseUrl: draft.baseUrl.trim() } })
    if (failure) return setMistake(failure)
    props.close()
    props.changed()
    toast(`${draft.name.trim()} was changed.`)
  }
  return (
    <Dialog
      open={props.open}
      title={`Edit ${props.service.name}`}
      confirm="Save changes"
      busy={update.busy()}
      error={mistake() && !at('name') && !at('baseUrl') ? mistake()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <p>Runs that are due from now on go to the new address. The name is also in the address of its gateway.</p>
      <TextField label="Name" error={at('name')} autofocus value={draft.name} change={(name) => setDraft({ name })} />
      <TextField label="Base URL" error={at('baseUrl')} mono value={draft.baseUrl} change={(baseUrl) => setDraft({ baseUrl })} />
    </Dialog>
  )
}
