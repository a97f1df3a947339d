import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { StartBackfillDocument } from '../../../../sdk/generated/operations.ts'
import { browserZone } from '../../format.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { localIn, rfc3339In } from '../../schedule/local-time.ts'
import { now } from '../../ui/clock.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { createBackfillCount } from './backfill-count.ts'
import { countWords } from './backfill-words.ts'
import type { Action } from './page.state.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** Asks for a span of the past whose runs are to be repeated. */
export function BackfillDialog(props: { action: Action; close: () => void; started: () => void }): JSX.Element {
  const start = createCommand(StartBackfillDocument)
  const zone = props.action.schedule?.timezone ?? browserZone()
  const minute = Math.floor(now() / MINUTE_MS) * MINUTE_MS
  const [from, setFrom] = createSignal(localIn(zone, minute - DAY_MS))
  const [to, setTo] = createSignal(localIn(zone, minute))
  const [failure, setFailure] = createSignal<Failure>()
  const span = () => ({ from: rfc3339In(zone, from()), to: rfc3339In(zone, to()) })
  const count = createBackfillCount(props.action, zone, span)
  const at = (field: string) => (failure()?.field === field ? failure()?.message : undefined)
  const run = async () => {
    const missing = !span().from ? 'from' : !span().to ? 'to' : undefined
    if (missing) return setFailure({ code: 'BAD_USER_INPUT', message: 'Choose a date and a time.', field: missing })
    const { failure: refused } = await start.run({ actionId: props.action.id, ...span() })
    if (refused) return setFailure(refused)
    props.close()
    props.started()
  }
  const change = (set: (text: string) => void) => (event: { currentTarget: HTMLInputElement }) => {
    set(event.currentTarget.value)
    setFailure(undefined)
  }
  return (
    <Dialog
      open
      title={`Backfill ${props.action.name}`}
      confirm="Start the backfill"
      busy={start.busy()}
      error={failure() && !at('from') && !at('to') ? failure()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <p>
        Each time of its schedule in this span that has no run which succeeded runs now
        {props.action.overlapPolicy === 'ALLOW' ? ', ten at a time.' : ', one after another.'} Times in {zone}.
      </p>
      <div class="field-line">
        <Field label="From" error={at('from')}>
          {(wiring) => <Input {...wiring} autofocus type="datetime-local" value={from()} onInput={change(setFrom)} />}
        </Field>
        <Field label="To" error={at('to')}>
          {(wiring) => <Input {...wiring} type="datetime-local" value={to()} onInput={change(setTo)} />}
        </Field>
      </div>
      <p class="backfill-count" role="status">
        {countWords(count())}
      </p>
    </Dialog>
  )
}
