import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, For, Show } from 'solid-js'
import { everyZone, exact } from '../../format.ts'
import { shortDay, WEEKDAY_NAMES } from '../../schedule/weekdays.ts'
import { columnOf, type Day, dayWords, type Entry } from './days.ts'
import type { Calendar } from './page.state.ts'

const ENTRIES_SHOWN = 4

/** Thirty days as a calendar; on a small screen as a list of those days on which something runs. */
export function Month(props: { of: Calendar; zone: string }): JSX.Element {
  return (
    <>
      <div class="month__head" aria-hidden="true">
        <For each={WEEKDAY_NAMES}>{(day) => <span>{shortDay(day)}</span>}</For>
      </div>
      <ol class="month" aria-label="The coming 30 days">
        <For each={props.of.days}>
          {(day, index) => (
            <DayCell day={day} zone={props.zone} column={index() === 0 ? columnOf(day.date) + 1 : undefined} today={index() === 0} />
          )}
        </For>
      </ol>
      <Show when={props.of.truncated}>
        <p class="list__note tone--warn">There is more than could be counted; the days shown with runs are whole.</p>
      </Show>
    </>
  )
}

function DayCell(props: { day: Day; zone: string; column: number | undefined; today: boolean }): JSX.Element {
  const [all, setAll] = createSignal(false)
  const entries = () => (all() ? props.day.entries : props.day.entries.slice(0, ENTRIES_SHOWN))
  const rest = () => props.day.entries.length - ENTRIES_SHOWN
  const unnamed = () => props.day.actions - props.day.entries.length
  return (
    <li
      class="day"
      classList={{ 'day--empty': props.day.entries.length === 0, 'day--today': props.today }}
      style={{ 'grid-column-start': props.column }}
    >
      <p class="day__head">
        <time dateTime={props.day.date}>{dayWords(props.day.date)}</time>
        <span class="quiet nums">
          {props.day.runs === 0 ? <span class="sr-only">no runs</span> : `${props.day.runs} ${props.day.runs === 1 ? 'run' : 'runs'}`}
        </span>
      </p>
      <Show when={props.day.entries.length > 0}>
        <ul>
          <For each={entries()}>{(entry) => <EntryLine entry={entry} zone={props.zone} />}</For>
        </ul>
      </Show>
      <Show when={unnamed() > 0 && all()}>
        <p class="quiet small">and {unnamed()} more actions</p>
      </Show>
      <Show when={rest() > 0}>
        <button type="button" class="day__more" aria-expanded={all()} onClick={() => setAll(!all())}>
          {all() ? 'Show fewer' : `${rest() + unnamed()} more`}
          <span class="sr-only"> on {dayWords(props.day.date)}</span>
        </button>
      </Show>
    </li>
  )
}

function EntryLine(props: { entry: Entry; zone: string }): JSX.Element {
  const first = () => Date.parse(props.entry.firstAt)
  return (
    <li>
      <A href={`/actions/${props.entry.id}`} class="day__entry" title={`${props.entry.name}\n${everyZone(first(), props.zone)}`}>
        <span class="quiet nums">
          <Show when={props.entry.runs === 1} fallback={`${props.entry.runs}×`}>
            {exact(first(), props.zone).split(', ')[1]?.slice(0, 5)}
          </Show>
        </span>
        <span class="clip">{props.entry.name}</span>
      </A>
    </li>
  )
}
