import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createMemo, createSignal, For, Show } from 'solid-js'
import { short } from '../../format.ts'
import { offsetIn } from '../../schedule/local-time.ts'
import { Button } from '../../ui/button.tsx'
import { now } from '../../ui/clock.ts'
import type { Lane } from './lanes.ts'
import { barsOf, hoursOf, ticksOf } from './lanes.ts'
import type { Timeline } from './page.state.ts'

/** Half an hour each. */
const BARS = 48
/** Ten minutes each: as close as two lines can lie and still be two. */
const TICKS = 288
const LANES_SHOWN = 12
/** So few are told one by one, more by their number. */
const TOLD = 2

/** The coming 24 hours: how much runs when, and one line of ticks for each action. */
export function DayTimeline(props: { of: Timeline; zone: string }): JSX.Element {
  const [all, setAll] = createSignal(false)
  const lanes = () => (all() ? props.of.lanes : props.of.lanes.slice(0, LANES_SHOWN))
  return (
    <div class="timeline">
      <Load of={props.of} zone={props.zone} />
      <Axis of={props.of} zone={props.zone} />
      <ul aria-label="Actions that run in the coming 24 hours">
        <For each={lanes()}>{(lane) => <LaneRow lane={lane} of={props.of} zone={props.zone} />}</For>
      </ul>
      <Show when={props.of.lanes.length > LANES_SHOWN}>
        <div class="list__more">
          <Button onClick={() => setAll(!all())}>{all() ? 'Show fewer' : `Show all ${props.of.lanes.length} actions`}</Button>
        </div>
      </Show>
      <Show when={props.of.end < props.of.to}>
        <p class="list__note tone--warn">
          More runs than can be drawn: this shows those up to {short(props.of.end, now(), props.zone)}. The calendar below counts all.
        </p>
      </Show>
    </div>
  )
}

function Load(props: { of: Timeline; zone: string }): JSX.Element {
  const bars = createMemo(() => barsOf(props.of.starts, props.of.from, props.of.to, BARS))
  const most = () => Math.max(1, ...bars())
  const width = () => (props.of.to - props.of.from) / BARS
  return (
    <div class="timeline__load" role="img" aria-label={`${props.of.starts.length} runs; at most ${Math.max(0, ...bars())} in half an hour`}>
      <For each={bars()}>
        {(count, index) => (
          <span
            style={{ height: count === 0 ? '0' : `${Math.max(6, (count / most()) * 100)}%` }}
            title={`${short(props.of.from + index() * width(), now(), props.zone)}, half an hour: ${count} ${count === 1 ? 'run' : 'runs'}`}
          />
        )}
      </For>
    </div>
  )
}

/** Behind it the words for an hour have no room on a phone. */
const END_SHARE = 0.88

function Axis(props: { of: Timeline; zone: string }): JSX.Element {
  const hours = createMemo(() => hoursOf(props.of.from, props.of.to, 3, (at) => offsetIn(props.zone, at)))
  return (
    <div class="timeline__axis" aria-hidden="true">
      <For each={hours()}>
        {(at) => {
          const share = () => (at - props.of.from) / (props.of.to - props.of.from)
          const hour = () => Math.floor((at + offsetIn(props.zone, at)) / 3_600_000) % 24
          return (
            <span
              classList={{ 'timeline__hour--fine': hour() % 6 !== 0, 'timeline__hour--end': share() > END_SHARE }}
              style={{ left: `${share() * 100}%` }}
            >
              {String(hour()).padStart(2, '0')}:00
            </span>
          )
        }}
      </For>
    </div>
  )
}

function LaneRow(props: { lane: Lane; of: Timeline; zone: string }): JSX.Element {
  return (
    <li class="lane">
      <A href={`/actions/${props.lane.id}`} class="lane__name clip">
        {props.lane.name}
      </A>
      <svg class="lane__track" viewBox={`0 0 ${TICKS} 1`} preserveAspectRatio="none" aria-hidden="true">
        <path d={ticksOf(props.lane.starts, props.of.from, props.of.to, TICKS)} vector-effect="non-scaling-stroke" />
      </svg>
      <span class="quiet small nums">{laneWords(props.lane, props.zone)}</span>
    </li>
  )
}

/** `02:30, 14:30 CET`, or `96 runs, first 14:15 CET`; the day where it is not today. */
function laneWords({ starts }: Lane, zone: string): string {
  const words = (at: number) => short(Math.floor(at / MINUTE_MS) * MINUTE_MS, now(), zone)
  if (starts.length > TOLD) return `${starts.length} runs, first ${words(starts[0] ?? 0)}`
  const told = starts.map(words)
  const name = told.at(-1)?.split(' ').at(-1) ?? ''
  // The zone once, unless the clocks change in between.
  return told.every((each) => each.endsWith(` ${name}`))
    ? `${told.map((each) => each.slice(0, -name.length - 1)).join(' · ')} ${name}`
    : told.join(' · ')
}

const MINUTE_MS = 60_000
