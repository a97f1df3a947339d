import type { JSX } from 'solid-js'
import { browserZone, everyZone, span } from '../format.ts'
import { now } from '../ui/clock.ts'

/** From here on it is told with emphasis. */
const SOON_MS = 60 * 60_000

/** How long a decision is still waited for, counting down. `bare`: what the time is, stands beside it. */
export function TimeLeft(props: { until: string; bare?: boolean }): JSX.Element {
  const left = () => Date.parse(props.until) - now()
  return (
    <time
      class="time-left nums"
      classList={{ 'time-left--soon': left() < SOON_MS }}
      dateTime={props.until}
      title={everyZone(Date.parse(props.until), browserZone())}
    >
      {left() > 0 ? `${span(left())}${props.bare ? '' : ' left'}` : 'Time is over'}
    </time>
  )
}
