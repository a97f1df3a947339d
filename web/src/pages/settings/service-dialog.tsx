import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import type { ServiceViewFragment } from '../../../../sdk/generated/operations.ts'
import { CreateServiceDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'

/** Asks for the name and base URL of a new service and makes it. */
export function ServiceDialog(props: { open: boolean; close: () => void; made: (service: ServiceViewFragment) => void }): JSX.Element {
  const create = createCommand(CreateServiceDocument)
  const [name, setName] = createSignal('')
  const [baseUrl, setBaseUrl] = createSignal('')
  const [mistake, setMistake] = createSignal<{ field: string | undefined; message: string }>()
  const at = (field: string) => (mistake()?.field === field ? mistake()?.message : undefined)
  const run = async () => {
    const { data, failure } = await create.run({ input: { name: name(), baseUrl: baseUrl().trim() } })
    if (failure) return setMistake(failure)
    props.made(data.createService)
    setName('')
    setBaseUrl('')
    setMistake(undefined)
    props.close()
  }
  return (
    <Dialog
      open={props.open}
      title="Add a service"
      confirm="Add service"
      busy={create.busy()}
      error={mistake() && !['name', 'baseUrl'].includes(mistake()?.field ?? '') ? mistake()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <p>A service is a base URL with a name. Actions on it give only a path, and move with it when it moves.</p>
      <Field label="Name" error={at('name')}>
        {(wiring) => (
          <Input {...wiring} autofocus placeholder="billing" value={name()} onInput={(event) => setName(event.currentTarget.value)} />
        )}
      </Field>
      <Field label="Base URL" error={at('baseUrl')}>
        {(wiring) => (
          <Input
            {...wiring}
            mono
            placeholder="https://billing.example.com"
            value={baseUrl()}
            onInput={(event) => setBaseUrl(event.currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}
