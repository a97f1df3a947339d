import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { Failure } from '../live/failure.ts'
import './faces.css'

/** What was refused for a reason that none of the `fields` beside it can say; those say theirs themselves. */
export function Refused(props: { failure: Failure | undefined; fields: readonly string[] }): JSX.Element {
  return (
    <Show when={props.failure && !props.fields.includes(props.failure.field ?? '') ? props.failure : undefined}>
      {(failure) => (
        <p class="load-failure" role="alert">
          {failure().message}
        </p>
      )}
    </Show>
  )
}
