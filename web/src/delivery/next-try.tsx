import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { now } from '../ui/clock.ts'
import { Relative } from '../ui/time.tsx'

/** When a service with an open circuit is tried again; from then on the next run that is due is the try. */
export function NextTry(props: { at: string }): JSX.Element {
  return (
    <Show when={Date.parse(props.at) > now()} fallback="with the next run">
      <Relative at={props.at} />
    </Show>
  )
}
