import type { JSX } from 'solid-js'
import { browserZone, everyZone, exact, relative, short } from '../format.ts'
import { now } from './clock.ts'

interface TimeProps {
  at: string
  /** IANA zone to show it in; the browser's by default. */
  zone?: string | null
}

/** How far away: `in 4 min`. The tooltip has the instant in every zone that matters. */
export function Relative(props: TimeProps): JSX.Element {
  const at = () => Date.parse(props.at)
  return (
    <time dateTime={props.at} title={everyZone(at(), props.zone ?? browserZone())}>
      {relative(at(), now())}
    </time>
  )
}

/** Clock, date where it is not today, and zone: `Fri 21 Nov, 14:30 GMT+1`. */
export function Exact(props: TimeProps): JSX.Element {
  const zone = () => props.zone ?? browserZone()
  const at = () => Date.parse(props.at)
  return (
    <time dateTime={props.at} title={everyZone(at(), zone())}>
      {short(at(), now(), zone())}
    </time>
  )
}

/** Nothing left out, to the second: for what is kept or printed. */
export function Full(props: TimeProps): JSX.Element {
  const zone = () => props.zone ?? browserZone()
  const at = () => Date.parse(props.at)
  return (
    <time dateTime={props.at} title={everyZone(at(), zone())}>
      {exact(at(), zone())}
    </time>
  )
}

/** Both, the distance first. */
export function Moment(props: TimeProps): JSX.Element {
  return (
    <span class="moment">
      <span>
        <Relative {...props} />
      </span>
      <span class="quiet small">
        <Exact {...props} />
      </span>
    </span>
  )
}
