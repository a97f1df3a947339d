import type { JSX } from 'solid-js'
import { createMemo, createSignal, Show } from 'solid-js'
import { RunAtDocument, SkipNextDocument } from '../../../../sdk/generated/operations.ts'
import { browserZone, exact } from '../../format.ts'
import { createCommand } from '../../live/command.ts'
import { instantIn, localIn, rfc3339In } from '../../schedule/local-time.ts'
import { Button } from '../../ui/button.tsx'
import { now } from '../../ui/clock.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { BackfillDialog } from './backfill-dialog.tsx'
import { comingTimes } from './coming.ts'
import type { Action, ActionState } from './page.state.ts'

/** What may be done with the schedule of an action beside pausing it. */
export function ScheduleButtons(props: { action: Action; state: ActionState }): JSX.Element {
  const [asked, setAsked] = createSignal<'skip' | 'extra' | 'backfill'>()
  const close = () => setAsked(undefined)
  const may = (operation: Action['allowedOperations'][number]) => props.action.allowedOperations.includes(operation)
  return (
    <>
      <Show when={may('SKIP_NEXT')}>
        <Button small icon="skip" onClick={() => setAsked('skip')}>
          Skip next
        </Button>
      </Show>
      <Show when={may('RUN_AT')}>
        <Button small icon="plus" onClick={() => setAsked('extra')}>
          Extra run
        </Button>
      </Show>
      <Show when={may('BACKFILL')}>
        <Button small icon="retry" onClick={() => setAsked('backfill')}>
          Backfill
        </Button>
      </Show>
      <Show when={asked() === 'skip'}>
        <SkipDialog action={props.action} state={props.state} close={close} />
      </Show>
      <Show when={asked() === 'extra'}>
        <ExtraDialog action={props.action} close={close} />
      </Show>
      <Show when={asked() === 'backfill'}>
        <BackfillDialog action={props.action} close={close} started={props.state.backfills.reload} />
      </Show>
    </>
  )
}

const zoneOf = (action: Action): string => action.schedule?.timezone ?? browserZone()

function SkipDialog(props: { action: Action; state: ActionState; close: () => void }): JSX.Element {
  const skip = createCommand(SkipNextDocument)
  const [error, setError] = createSignal<string>()
  const words = (at: string) => exact(Date.parse(at), zoneOf(props.action))
  // The page may have been open for long; while the dialog is, a run may pass.
  void props.state.action.reload()
  const coming = createMemo(() => comingTimes(props.action.nextRuns, props.state.invocations.rows, now()))
  const run = async () => {
    const { data, failure } = await skip.run({ actionId: props.action.id })
    if (failure) return setError(failure.message)
    const { id, scheduledFor, runAt } = data.skipNext
    props.close()
    void props.state.action.reload()
    toast(`The run of ${words(scheduledFor ?? runAt)} is skipped.`, { link: { href: `/invocations/${id}`, words: 'See it' } })
  }
  return (
    <Dialog open title="Skip the next run?" confirm="Skip it" busy={skip.busy()} error={error()} onConfirm={run} onClose={props.close}>
      <p aria-live="polite">
        <Show when={coming()[0]} fallback="Whichever run is next does not take place and is recorded as cancelled.">
          {(next) => (
            <>
              The run of <b>{words(next())}</b> does not take place and is recorded as cancelled.
            </>
          )}
        </Show>{' '}
        <Show when={coming()[1]}>{(after) => `The one after, of ${words(after())}, comes as planned.`}</Show>
      </p>
    </Dialog>
  )
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

function ExtraDialog(props: { action: Action; close: () => void }): JSX.Element {
  const add = createCommand(RunAtDocument)
  const zone = zoneOf(props.action)
  const [local, setLocal] = createSignal(localIn(zone, Math.floor((now() + HOUR_MS) / MINUTE_MS) * MINUTE_MS))
  const [error, setError] = createSignal<string>()
  const run = async () => {
    const at = rfc3339In(zone, local())
    if (!at) return setError('Choose a date and a time.')
    const { data, failure } = await add.run({ actionId: props.action.id, at })
    if (failure) return setError(failure.message)
    props.close()
    toast(`An extra run was added for ${exact(Date.parse(data.runAt.runAt), zone)}.`, {
      link: { href: `/invocations/${data.runAt.id}`, words: 'See it' },
    })
  }
  const hint = () => {
    const instant = instantIn(zone, local())
    return instant && `That is ${exact(instant.at, 'UTC')}.`
  }
  return (
    <Dialog open title="Add an extra run" confirm="Add it" busy={add.busy()} onConfirm={run} onClose={props.close}>
      <p>One more run at a time of its own. The schedule stays as it is.</p>
      <Field label={`Date and time in ${zone}`} error={error()} hint={hint()}>
        {(wiring) => (
          <Input
            {...wiring}
            autofocus
            type="datetime-local"
            value={local()}
            onInput={(event) => {
              setLocal(event.currentTarget.value)
              setError(undefined)
            }}
          />
        )}
      </Field>
    </Dialog>
  )
}
