import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { now } from '../ui/clock.ts'
import { Exact } from '../ui/time.tsx'

/** Says that the signing secret before the last rotation is still valid, as long as it is. */
export function BothValid(props: { until: string | null }): JSX.Element {
  const until = () => (props.until && Date.parse(props.until) > now() ? props.until : undefined)
  return (
    <Show when={until()}>
      {(at) => (
        <p class="warning">
          The secret before this one is valid until <Exact at={at()} />. Until then each request carries both signatures.
        </p>
      )}
    </Show>
  )
}
