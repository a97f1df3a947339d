import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, createSignal, on } from 'solid-js'
import { createStore } from 'solid-js/store'
import { DeleteServiceDocument, UpdateServiceDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Service } from './page.state.ts'

interface ServiceProps {
  service: Service
  changed: () => void
}

export function ServiceButtons(props: ServiceProps): JSX.Element {
  const [asked, setAsked] = createSignal<'edit' | 'delete'>()
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
      <DeleteDialog {...props} open={asked() === 'delete'} close={close} />
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
      <Field label="Name" error={at('name')}>
        {(wiring) => <Input {...wiring} autofocus value={draft.name} onInput={(event) => setDraft('name', event.currentTarget.value)} />}
      </Field>
      <Field label="Base URL" error={at('baseUrl')}>
        {(wiring) => <Input {...wiring} mono value={draft.baseUrl} onInput={(event) => setDraft('baseUrl', event.currentTarget.value)} />}
      </Field>
    </Dialog>
  )
}

function DeleteDialog(props: ServiceProps & { open: boolean; close: () => void }): JSX.Element {
  const remove = createCommand(DeleteServiceDocument)
  const navigate = useNavigate()
  const [error, setError] = createSignal<string>()
  const run = async () => {
    const { name, id } = props.service
    const { failure } = await remove.run({ id })
    if (failure) return setError(failure.message)
    props.close()
    navigate('/services', { replace: true })
    toast(`${name} was deleted.`)
  }
  const close = () => {
    setError(undefined)
    props.close()
  }
  return (
    <Dialog
      open={props.open}
      title={`Delete ${props.service.name}?`}
      confirm="Delete"
      danger
      busy={remove.busy()}
      error={error()}
      onConfirm={run}
      onClose={close}
    >
      <p>Its signing secret, limits and gateway go with it. Only a service that no action uses can be deleted.</p>
    </Dialog>
  )
}
