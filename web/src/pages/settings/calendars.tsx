import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { CalendarViewFragment } from '../../../../sdk/generated/operations.ts'
import { DeleteCalendarDocument } from '../../../../sdk/generated/operations.ts'
import type { Paged } from '../../live/paged.ts'
import { calendarWords } from '../../schedule/calendar-dates.ts'
import { CalendarDialog } from '../../schedule/calendar-dialog.tsx'
import { createAskedRow } from '../../ui/asked-row.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell } from '../../ui/list.tsx'
import { toast } from '../../ui/toast.tsx'
import { KeptRows } from './kept-rows.tsx'

/** The project's calendars of excluded days, and how many actions use each. */
export function CalendarsCard(props: { calendars: Paged<CalendarViewFragment> }): JSX.Element {
  const asked = createAskedRow<CalendarViewFragment>()
  return (
    <>
      <KeptRows
        title="Calendars"
        hint="Days on which schedules do not run"
        add="Add a calendar"
        of={props.calendars}
        asked={asked}
        grid="calendars"
        columns={['Name', 'Days', 'Used by']}
        empty={
          <EmptyFace icon="calendar" title="No calendar yet">
            A calendar names bank holidays, weekends and the like. A schedule that uses it leaves them out.
          </EmptyFace>
        }
        changes={({ name }) => `Change ${name}`}
        deletes={({ name }) => `Delete ${name}`}
      >
        {(calendar) => (
          <>
            <Cell name="Name" bare>
              <span class="row__title clip">{calendar.name}</span>
            </Cell>
            <Cell name="Days">
              <span class="soft" title={calendar.dates.join('\n')}>
                {calendarWords(calendar)}
              </span>
            </Cell>
            <Cell name="Used by">
              <span class="soft">
                {calendar.actionCount} {calendar.actionCount === 1 ? 'action' : 'actions'}
              </span>
            </Cell>
          </>
        )}
      </KeptRows>
      <CalendarDialog open={asked.editing()} calendar={asked.changed()} close={asked.close} saved={props.calendars.put} />
      <Show when={asked.deleted()} keyed>
        {({ id, name }) => (
          <ConfirmDialog
            title={`Delete ${name}?`}
            confirm="Delete"
            command={DeleteCalendarDocument}
            variables={{ id }}
            done={() => {
              props.calendars.remove(id)
              toast(`${name} was deleted.`)
            }}
            close={asked.close}
          >
            <p>Only a calendar that no action uses can be deleted.</p>
          </ConfirmDialog>
        )}
      </Show>
    </>
  )
}
