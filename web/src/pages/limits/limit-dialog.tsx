import type { JSX } from 'solid-js'
import { createEffect, createSignal, on, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { LimitViewFragment } from '../../../../sdk/generated/operations.ts'
import { SetConcurrencyLimitDocument } from '../../../../sdk/generated/operations.ts'
import { LimitFields } from '../../delivery/limit-fields.tsx'
import { limitDraftOf, limitInput } from '../../delivery/limit-words.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'

/** Sets the limit of a concurrency key. `limit` is one that is there already. */
export function LimitDialog(props: {
  open: boolean
  limit?: LimitViewFragment | undefined
  close: () => void
  saved: (limit: LimitViewFragment) => void
}): JSX.Element {
  const set = createCommand(SetConcurrencyLimitDocument)
  const [key, setKey] = createSignal('')
  const [draft, setDraft] = createStore(limitDraftOf(null))
  const [mistake, setMistake] = createSignal<Failure>()
  const field = () => mistake()?.field?.split('.').at(-1) ?? ''
  const at = (name: string) => (field() === name ? mistake()?.message : undefined)
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        setKey(props.limit?.key ?? '')
        setDraft(limitDraftOf(props.limit ?? null))
        setMistake(undefined)
      },
    ),
  )
  const run = async () => {
    const limit = limitInput(draft)
    if (!limit)
      return setMistake({
        code: 'EMPTY',
        message: 'Give one of the two; delete the limit to go back to one at a time.',
        field: 'maxConcurrency',
      })
    const { data, failure } = await set.run({ key: key().trim(), limit })
    if (failure) return setMistake(failure)
    props.close()
    if (data.setConcurrencyLimit) props.saved(data.setConcurrencyLimit)
  }
  return (
    <Dialog
      open={props.open}
      title={props.limit ? `Limit of ${props.limit.key}` : 'Set a limit'}
      confirm="Save limit"
      busy={set.busy()}
      error={mistake() && !(field() in draft) && (props.limit || !at('key')) ? mistake()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <Show when={!props.limit}>
        <TextField
          label="Concurrency key"
          error={at('key')}
          hint="As the actions have it."
          mono
          autofocus
          placeholder="customer-42"
          value={key()}
          change={(text) => {
            setKey(text)
            setMistake(undefined)
          }}
        />
      </Show>
      <LimitFields
        of={draft}
        change={(part) => {
          setDraft(part)
          setMistake(undefined)
        }}
        mistake={at}
      />
    </Dialog>
  )
}
