import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { InvocationFilter } from '../../../../sdk/generated/operations.ts'
import { BulkCancelDocument, BulkRetryDocument, InvocationCountDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { createCommand } from '../../live/command.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { countWords } from './bulk-words.ts'
import type { BulkKind } from './filter.ts'
import { bulkFilterOf } from './filter.ts'

const WORDS: Readonly<Record<BulkKind, { title: string; what: string; confirm: string; does: string; none: string }>> = {
  RETRY: {
    title: 'Retry all that match?',
    what: 'failed, were cancelled or were missed',
    confirm: 'Retry them',
    does: 'Each gets a new invocation with the same request, the oldest first and at most 200 at a time. What was retried with success already is left alone.',
    none: 'None that matches can be retried: only those that failed, were cancelled or were missed.',
  },
  CANCEL: {
    title: 'Cancel all that match?',
    what: 'were not sent yet or wait for their next attempt',
    confirm: 'Cancel them',
    does: 'Nothing more is sent for them. What is under way right now is not cut off. Cancelled ones can be retried.',
    none: 'None that matches can be cancelled: only those that wait for their time, their turn or their next attempt.',
  },
}

/** Counts what would be changed before it asks whether to. */
export function BulkDialog(props: {
  kind: BulkKind
  filter: InvocationFilter
  close: () => void
  started: (id: string) => void
}): JSX.Element {
  const client = useClient()
  const retry = createCommand(BulkRetryDocument)
  const cancel = createCommand(BulkCancelDocument)
  const [error, setError] = createSignal<string>()
  const words = WORDS[props.kind]
  const filter = bulkFilterOf(props.kind, props.filter) ?? {}
  const count = createLoaded<{ number: number }, undefined>(
    () => undefined,
    () => ask(client, InvocationCountDocument, { filter }, (data) => ({ number: data.invocationCount })),
  )
  const none = () => count.data()?.number === 0
  const run = async () => {
    if (none()) return props.close()
    if (!count.data()) return
    const { data, failure } = props.kind === 'RETRY' ? await retry.run({ filter }) : await cancel.run({ filter })
    if (failure) return setError(failure.message)
    props.close()
    props.started('bulkRetry' in data ? data.bulkRetry.id : data.bulkCancel.id)
  }
  return (
    <Dialog
      open
      title={words.title}
      confirm={none() ? 'Close' : words.confirm}
      danger={props.kind === 'CANCEL' && !none()}
      busy={retry.busy() || cancel.busy() || (!count.data() && !count.failure())}
      error={error() ?? count.failure()?.message}
      onConfirm={run}
      onClose={props.close}
    >
      <p role="status">
        <Show when={count.data()} fallback="Counting …">
          {(found) => (
            <Show when={!none()} fallback={words.none}>
              <b class="nums">{countWords(found().number, false)}</b> that {words.what}.
            </Show>
          )}
        </Show>
      </p>
      <Show when={!none()}>
        <p>{words.does}</p>
      </Show>
    </Dialog>
  )
}
