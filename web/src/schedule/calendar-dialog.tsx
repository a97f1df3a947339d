import type { JSX } from 'solid-js'
import { createEffect, createSignal, For, on } from 'solid-js'
import type { CalendarViewFragment } from '../../../sdk/generated/operations.ts'
import { CreateCalendarDocument, UpdateCalendarDocument } from '../../../sdk/generated/operations.ts'
import { createCommand } from '../live/command.ts'
import type { Failure } from '../live/failure.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Area, Field, Input } from '../ui/field.tsx'
import { dateMistake, readDates } from './calendar-dates.ts'
import './calendar-dialog.css'
import { shortDay, WEEKDAY_NAMES } from './weekdays.ts'

/** Asks for a calendar's name and days, and makes it, or changes the one that is given. */
export function CalendarDialog(props: {
  open: boolean
  calendar?: CalendarViewFragment | undefined
  close: () => void
  saved: (calendar: CalendarViewFragment) => void
}): JSX.Element {
  const create = createCommand(CreateCalendarDocument)
  const update = createCommand(UpdateCalendarDocument)
  const [name, setName] = createSignal('')
  const [weekdays, setWeekdays] = createSignal<readonly number[]>([])
  const [dates, setDates] = createSignal('')
  const [failure, setFailure] = createSignal<Failure>()
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        setName(props.calendar?.name ?? '')
        setWeekdays(props.calendar?.weekdays ?? [])
        setDates((props.calendar?.dates ?? []).join('\n'))
        setFailure(undefined)
      },
    ),
  )
  const at = (field: string) => (failure()?.field?.split('.').at(-1) === field ? failure()?.message : undefined)
  const elsewhere = () => (failure() && !['name', 'dates'].some(at) ? failure()?.message : undefined)
  const toggle = (day: number) => setWeekdays((all) => (all.includes(day) ? all.filter((each) => each !== day) : [...all, day]))
  const save = async () => {
    if (dateMistake(dates())) return
    const input = { name: name(), weekdays: [...weekdays()], dates: readDates(dates()) }
    const { data, failure: refused } = props.calendar ? await update.run({ id: props.calendar.id, input }) : await create.run({ input })
    if (refused) return setFailure(refused)
    props.saved('createCalendar' in data ? data.createCalendar : data.updateCalendar)
    props.close()
  }
  return (
    <Dialog
      open={props.open}
      title={props.calendar ? `Change ${props.calendar.name}` : 'Add a calendar'}
      confirm={props.calendar ? 'Save calendar' : 'Add calendar'}
      busy={create.busy() || update.busy()}
      error={elsewhere()}
      onConfirm={save}
      onClose={props.close}
    >
      <p>Days on which the schedules that use it do not run. A day is one of the schedule's own zone.</p>
      <Field label="Name" error={at('name')}>
        {(wiring) => (
          <Input {...wiring} autofocus placeholder="Bank holidays" value={name()} onInput={(event) => setName(event.currentTarget.value)} />
        )}
      </Field>
      <fieldset class="weekdays">
        <legend>Weekdays</legend>
        <For each={WEEKDAY_NAMES}>
          {(day, index) => (
            <label class="weekdays__day">
              <input type="checkbox" aria-label={day} checked={weekdays().includes(index() + 1)} onChange={() => toggle(index() + 1)} />
              <span>{shortDay(day)}</span>
            </label>
          )}
        </For>
      </fieldset>
      <Field
        label="Dates"
        optional
        error={dateMistake(dates()) ?? at('dates')}
        hint={readDates(dates()).length > 0 ? `${readDates(dates()).length} in all.` : 'One a line, as 2026-12-25.'}
      >
        {(wiring) => <Area {...wiring} rows={5} value={dates()} onInput={(event) => setDates(event.currentTarget.value)} />}
      </Field>
    </Dialog>
  )
}
