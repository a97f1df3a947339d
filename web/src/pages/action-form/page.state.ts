import { useNavigate } from '@solidjs/router'
import { createMemo, createSignal } from 'solid-js'
import { createStore, unwrap } from 'solid-js/store'
import type { ServiceViewFragment } from '../../../../sdk/generated/operations.ts'
import { CreateActionDocument, SendDocument, ServicesDocument, UpdateActionDocument } from '../../../../sdk/generated/operations.ts'
import { browserZone } from '../../format.ts'
import { createCommand } from '../../live/command.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import type { Field, Mistakes } from './check.ts'
import { checkDraft, placeFailure } from './check.ts'
import type { Draft } from './draft.ts'
import { createInput, scheduleInput, sendInput, updateInput } from './draft.ts'
import { createPreview } from './preview.state.ts'

const SERVICES_SHOWN = 100

export type FormState = ReturnType<typeof createFormState>

/** The form and what becomes of it. `edited` is the id of the action that `initial` was made from. */
export function createFormState(initial: Draft, edited?: string) {
  const client = useClient()
  const navigate = useNavigate()
  const zone = browserZone()
  const before = structuredClone(initial)
  const [draft, setDraft] = createStore<Draft>(structuredClone(initial))
  const [mistakes, setMistakes] = createSignal<Mistakes>({})
  const create = createCommand(CreateActionDocument)
  const send = createCommand(SendDocument)
  const update = createCommand(UpdateActionDocument)
  const { preview, failure } = createPreview(() => scheduleInput(draft, zone))
  const services = createPaged<ServiceViewFragment, undefined>(
    () => undefined,
    async () => {
      const { data, error } = await client.query(ServicesDocument, { first: SERVICES_SHOWN }).toPromise()
      return { data: data?.services, error }
    },
  )

  /** Own mistakes first; those of the preview appear while one types. */
  const shown = createMemo((): Mistakes => {
    const refused = failure()
    // A past time is only refused on saving: an action that ran keeps its time.
    const own = Object.fromEntries(Object.entries(mistakes()).filter(([, message]) => message !== undefined))
    return { ...(refused && refused.code !== 'UNREACHABLE' && refused.field ? placeFailure(refused, draft) : {}), ...own }
  })

  const set = <Key extends keyof Draft>(key: Key, value: Draft[Key], field?: Field) => {
    setDraft(key as keyof Draft, value as never)
    setMistakes((all) => ({ ...all, [field ?? key]: undefined, form: undefined }))
  }

  const submit = async (): Promise<void> => {
    const plain = unwrap(draft)
    const own = checkDraft(plain, edited ? before : undefined)
    setMistakes(own)
    if (Object.values(own).some(Boolean)) return focusFirst()
    const outcome = edited
      ? await update.run({ id: edited, input: updateInput(plain, before, zone) })
      : plain.when === 'now'
        ? await send.run({ input: sendInput(plain) })
        : await create.run({ input: createInput(plain, zone) })
    if (outcome.failure) {
      setMistakes(placeFailure(outcome.failure, plain))
      return focusFirst()
    }
    if ('send' in outcome.data) navigate(`/invocations/${outcome.data.send.id}`)
    else navigate(`/actions/${'createAction' in outcome.data ? outcome.data.createAction.id : edited}`, { replace: edited !== undefined })
  }

  return {
    draft,
    set,
    mistakes: shown,
    preview,
    /** The server refused the schedule as it stands. */
    refused: () => failure() !== undefined,
    services,
    submit,
    busy: () => create.busy() || send.busy() || update.busy(),
    editing: edited !== undefined,
  }
}

/** To the first field that needs a look, once it is marked. */
const focusFirst = () => queueMicrotask(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
