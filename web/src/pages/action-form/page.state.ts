import { useNavigate } from '@solidjs/router'
import { createMemo, createSignal } from 'solid-js'
import { createStore, unwrap } from 'solid-js/store'
import type {
  ActionDetailFragment,
  CalendarViewFragment,
  LimitViewFragment,
  ServiceNamesQuery,
} from '../../../../sdk/generated/operations.ts'
import {
  CalendarsDocument,
  ConcurrencyLimitsDocument,
  CreateActionDocument,
  SendDocument,
  ServiceNamesDocument,
  UpdateActionDocument,
} from '../../../../sdk/generated/operations.ts'
import { createSecrets } from '../../delivery/secret-names.ts'
import { ask } from '../../live/ask.ts'
import { createCommand } from '../../live/command.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import { reveal } from '../../ui/more.tsx'
import type { Field, Mistakes } from './check.ts'
import { checkDraft, placeFailure } from './check.ts'
import type { Draft } from './draft.ts'
import { createInput, sendInput, updateInput } from './draft.ts'
import { createPreview } from './preview.state.ts'
import { scheduleInput } from './schedule-draft.ts'

/** More than these would need a search of their own. */
const CHOICES_SHOWN = 100

export type FormState = ReturnType<typeof createFormState>

/** The form and what becomes of it. `held` is the action that `initial` was made from, when one is edited. */
export function createFormState(initial: Draft, held?: ActionDetailFragment) {
  const edited = held?.id
  const client = useClient()
  const navigate = useNavigate()
  const before = structuredClone(initial)
  const [draft, setDraft] = createStore<Draft>(structuredClone(initial))
  const [mistakes, setMistakes] = createSignal<Mistakes>({})
  const create = createCommand(CreateActionDocument)
  const send = createCommand(SendDocument)
  const update = createCommand(UpdateActionDocument)
  const previewed = createPreview(
    () => scheduleInput(draft),
    () => draft.timezone,
    edited,
  )
  const { failure } = previewed
  const services = createPaged<ServiceNamesQuery['services']['edges'][number]['node'], undefined>(
    () => undefined,
    () => ask(client, ServiceNamesDocument, { first: CHOICES_SHOWN }, (data) => data.services),
  )
  const calendars = createPaged<CalendarViewFragment, undefined>(
    () => undefined,
    () => ask(client, CalendarsDocument, { first: CHOICES_SHOWN }, (data) => data.calendars),
  )
  const limits = createPaged<LimitViewFragment, undefined>(
    () => undefined,
    () => ask(client, ConcurrencyLimitsDocument, { first: CHOICES_SHOWN }, (data) => data.concurrencyLimits),
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
      ? await update.run({ id: edited, input: updateInput(plain, before) })
      : plain.when === 'now'
        ? await send.run({ input: sendInput(plain) })
        : await create.run({ input: createInput(plain) })
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
    preview: previewed,
    services,
    calendars,
    limits,
    secrets: createSecrets(),
    /** The action as it was, when one is edited. */
    held,
    submit,
    busy: () => create.busy() || send.busy() || update.busy(),
    editing: edited !== undefined,
  }
}

/** To the first field that needs a look, once it is marked. */
const focusFirst = () =>
  queueMicrotask(() => {
    const field = document.querySelector<HTMLElement>('[aria-invalid="true"], .choice--bad input:checked')
    if (!field) return
    reveal(field)
    field.focus()
  })
