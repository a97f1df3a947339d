import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { CalendarViewFragment } from '../../../../sdk/generated/operations.ts'
import { DeleteCalendarDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import type { Paged } from '../../live/paged.ts'
import { calendarWords } from '../../schedule/calendar-dates.ts'
import { CalendarDialog } from '../../schedule/calendar-dialog.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell, List } from '../../ui/list.tsx'
import { toast } from '../../ui/toast.tsx'

type Asked = { what: 'add' } | { what: 'edit' | 'delete'; calendar: CalendarViewFragment }

/** The project's calendars of excluded days, and how many actions use each. */
export function CalendarsCard(props: { calendars: Paged<CalendarViewFragment> }): JSX.Element {
  const [asked, setAsked] = createSignal<Asked>()
  const close = () => setAsked(undefined)
  const chosen = () => {
    const it = asked()
    return it && it.what !== 'add' ? it.calendar : undefined
  }
  const saved = (calendar: CalendarViewFragment) => {
    if (!props.calendars.patch(calendar.id, (row) => Object.assign(row, calendar))) props.calendars.insert(calendar)
  }
  return (
    <>
      <Card
        title="Calendars"
        hint="Days on which schedules do not run"
        actions={
          <Button small icon="plus" onClick={() => setAsked({ what: 'add' })}>
            Add a calendar
          </Button>
        }
        flush
      >
        <List
          label="Calendars"
          of={props.calendars}
          grid="settings-grid settings-grid--calendars"
          columns={['Name', 'Days', 'Used by', '']}
          empty={
            <EmptyFace icon="calendar" title="No calendar yet">
              A calendar names bank holidays, weekends and the like. A schedule that uses it leaves them out.
            </EmptyFace>
          }
        >
          {(calendar) => (
            <li class="row">
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
              <div class="row__buttons">
                <IconButton icon="edit" label={`Change ${calendar.name}`} onClick={() => setAsked({ what: 'edit', calendar })} />
                <IconButton icon="trash" label={`Delete ${calendar.name}`} onClick={() => setAsked({ what: 'delete', calendar })} />
              </div>
            </li>
          )}
        </List>
      </Card>
      <CalendarDialog
        open={asked()?.what === 'add' || asked()?.what === 'edit'}
        calendar={asked()?.what === 'edit' ? chosen() : undefined}
        close={close}
        saved={saved}
      />
      <Show when={asked()?.what === 'delete' && chosen()}>
        {(calendar) => <DeleteDialog calendar={calendar()} close={close} gone={props.calendars.remove} />}
      </Show>
    </>
  )
}

function DeleteDialog(props: { calendar: CalendarViewFragment; close: () => void; gone: (id: string) => void }): JSX.Element {
  const remove = createCommand(DeleteCalendarDocument)
  const [error, setError] = createSignal<string>()
  const run = async () => {
    const { id, name } = props.calendar
    const { failure } = await remove.run({ id })
    if (failure) return setError(failure.message)
    props.close()
    props.gone(id)
    toast(`${name} was deleted.`)
  }
  return (
    <Dialog
      open
      title={`Delete ${props.calendar.name}?`}
      confirm="Delete"
      danger
      busy={remove.busy()}
      error={error()}
      onConfirm={run}
      onClose={props.close}
    >
      <p>Only a calendar that no action uses can be deleted.</p>
    </Dialog>
  )
}
