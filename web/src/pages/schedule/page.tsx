import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { may } from '../../access/viewer.ts'
import type { Loaded } from '../../live/loaded.ts'
import { mode } from '../../schedule/mode.tsx'
import { ModeButton } from '../../schedule/mode-dialog.tsx'
import { MODE_WORDS } from '../../schedule/mode-words.ts'
import { ZonePicker } from '../../schedule/zone-picker.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace, ErrorFace, SkeletonRows } from '../../ui/faces.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Busiest } from './busiest.tsx'
import type { Day } from './days.ts'
import { dayWords } from './days.ts'
import { Month } from './month.tsx'
import './page.css'
import { createScheduleState } from './page.state.ts'
import { DayTimeline } from './timeline.tsx'

/** What is to come, over all actions. */
export function SchedulePage(): JSX.Element {
  const state = createScheduleState()
  return (
    <>
      <PageHead
        title="Schedule"
        lead={<span>What your actions will do. Paused actions and those on demand are not among them.</span>}
        actions={
          <>
            <div class="schedule-zone">
              <label for="schedule-zone">Times in</label>
              <ZonePicker
                wiring={{ id: 'schedule-zone', 'aria-describedby': undefined, 'aria-invalid': undefined }}
                value={state.zone()}
                onPick={state.setZone}
              />
            </div>
            <ModeButton />
          </>
        }
      />
      <div class="stack stack--loose">
        <div class="schedule-cols">
          <Card title="Coming 24 hours" hint={<Show when={state.timeline.data()}>{(it) => <>{it().starts.length} runs</>}</Show>} flush>
            <Faces of={state.timeline} rows={5}>
              {(timeline) => (
                <Show when={timeline.starts.length > 0} fallback={<Nothing words="in the coming 24 hours" />}>
                  <DayTimeline of={timeline} zone={state.zone()} />
                </Show>
              )}
            </Faces>
          </Card>
          <Card title="Busiest minutes" hint="of the coming 24 hours">
            <Faces of={state.busiest} rows={2}>
              {(busiest) => <Busiest minutes={busiest.minutes} zone={state.zone()} />}
            </Faces>
          </Card>
        </div>
        <Card
          title="Coming 30 days"
          hint={<Show when={state.calendar.data()}>{(it) => <>{`${span(it().days)} in ${state.zone()}`}</>}</Show>}
          flush
        >
          <Faces of={state.calendar} rows={6}>
            {(calendar) => (
              <Show when={calendar.days.some((day) => day.runs > 0)} fallback={<Nothing words="in the coming 30 days" />}>
                <Month of={calendar} zone={state.zone()} />
              </Show>
            )}
          </Faces>
        </Card>
      </div>
    </>
  )
}

const span = (days: Day[]): string => `${dayWords(days[0]?.date ?? '')} to ${dayWords(days.at(-1)?.date ?? '')}`

/** What was loaded, or why not; what is there stays under the news that a later state could not be loaded. */
function Faces<Data extends object>(props: { of: Loaded<Data>; rows: number; children: (data: Data) => JSX.Element }): JSX.Element {
  return (
    <Switch fallback={<SkeletonRows count={props.rows} />}>
      <Match when={props.of.data()}>
        {(data) => (
          <>
            <LoadFailure what="The present state" of={props.of} />
            {props.children(data())}
          </>
        )}
      </Match>
      <Match when={props.of.failure()}>{(failure) => <ErrorFace message={failure().message} retry={props.of.reload} />}</Match>
    </Switch>
  )
}

function Nothing(props: { words: string }): JSX.Element {
  return (
    <Show
      when={mode() === 'ACTIVE'}
      fallback={
        <EmptyFace icon="pause" title={`Nothing runs ${props.words}`}>
          {MODE_WORDS[mode()].name}. {MODE_WORDS[mode()].words}
        </EmptyFace>
      }
    >
      <EmptyFace
        icon="calendar"
        title={`Nothing runs ${props.words}`}
        action={
          <Show when={may('MANAGE')}>
            <LinkButton href="/actions/new" icon="plus">
              New action
            </LinkButton>
          </Show>
        }
      >
        Actions with a schedule appear here as soon as they are enabled.
      </EmptyFace>
    </Show>
  )
}
