import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { ServiceViewFragment } from '../../../sdk/generated/operations.ts'
import { CreateServiceDocument, UpdateServiceDocument } from '../../../sdk/generated/operations.ts'
import { createCommand } from '../live/command.ts'
import type { Failure } from '../live/failure.ts'
import { Dialog } from '../ui/dialog.tsx'
import { More } from '../ui/more.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { UrlField } from '../ui/url-field.tsx'
import { LimitFields } from './limit-fields.tsx'
import { limitDraftOf, limitInput, limitMistake, limitWords } from './limit-words.ts'
import { SecretOnce } from './secret-once.tsx'

const FIELDS = ['name', 'baseUrl', 'maxConcurrency', 'rateLimit', 'ratePeriod']
const EMPTY = { name: '', baseUrl: '', ...limitDraftOf(null) }

/** Asks for a new service, makes it, and shows its signing secret this one time. `after` is called when that was read. */
export function ServiceDialog(props: {
  open: boolean
  close: () => void
  made: (service: ServiceViewFragment) => void
  after?: (service: ServiceViewFragment) => void
}): JSX.Element {
  const create = createCommand(CreateServiceDocument)
  const update = createCommand(UpdateServiceDocument)
  const [draft, setDraft] = createStore({ ...EMPTY })
  const [mistake, setMistake] = createSignal<Failure>()
  const [shown, setShown] = createSignal<{ secret: string; service: ServiceViewFragment }>()
  const field = () => mistake()?.field?.split('.').at(-1) ?? ''
  const at = (name: string) => (field() === name ? mistake()?.message : undefined)
  const change = (part: Partial<typeof EMPTY>) => {
    setDraft(part)
    setMistake(undefined)
  }
  const run = async () => {
    const limit = limitInput(draft)
    const wrong = missing(draft) ?? limitMistake(draft)
    if (wrong) return setMistake({ code: 'BAD_USER_INPUT', ...wrong })
    const { data, failure } = await create.run({ input: { name: draft.name, baseUrl: draft.baseUrl.trim() } })
    if (failure) return setMistake(failure)
    const { newSigningSecret, ...service } = data.createService
    const limited = limit && (await update.run({ id: service.id, input: { limit } }))
    // It is there by now, and its secret is not shown again: the page of the service has the limits to be set once more.
    if (limited?.failure) toast(`${service.name} was made without its limits. ${limited.failure.message}`, { bad: true })
    props.close()
    change({ ...EMPTY })
    props.made(service)
    if (newSigningSecret) setShown({ secret: newSigningSecret, service })
    else props.after?.(service)
  }
  const read = () => {
    const service = shown()?.service
    setShown(undefined)
    if (service) props.after?.(service)
  }
  return (
    <>
      <Dialog
        open={props.open}
        title="Add a service"
        confirm="Add service"
        busy={create.busy() || update.busy()}
        error={mistake() && !FIELDS.includes(field()) ? mistake()?.message : undefined}
        onConfirm={run}
        onClose={props.close}
      >
        <p>
          A service is a base URL with a name, a signing secret and limits. Actions on it give only a path, and move with it when it moves.
        </p>
        <TextField label="Name" error={at('name')} autofocus placeholder="billing" value={draft.name} change={(name) => change({ name })} />
        <UrlField
          label="Base URL"
          error={at('baseUrl')}
          placeholder="https://billing.example.com"
          value={draft.baseUrl}
          change={(baseUrl) => change({ baseUrl })}
        />
        <More title="Limits" summary={summary(draft)} open={['maxConcurrency', 'rateLimit', 'ratePeriod'].includes(field())}>
          <LimitFields of={draft} change={change} mistake={at} />
        </More>
      </Dialog>
      <SecretOnce secret={shown()?.secret} close={read} />
    </>
  )
}

const missing = ({ name, baseUrl }: typeof EMPTY) => {
  if (!name.trim()) return { field: 'name', message: 'Give it a name, such as “billing”.' }
  return baseUrl.trim() ? undefined : { field: 'baseUrl', message: 'Enter its address, such as https://billing.example.com.' }
}

function summary(draft: typeof EMPTY): string {
  const limit = limitInput(draft)
  return limit
    ? (limitWords({
        maxConcurrency: limit.maxConcurrency ?? null,
        rateLimit: limit.rateLimit ?? null,
        ratePeriod: limit.ratePeriod ?? null,
      }) ?? 'none')
    : 'none'
}
