import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Button } from './button.tsx'
import './faces.css'
import { Icon } from './icon.tsx'

/** Says that `what` could not be loaded, beside what is there all the same: data from before, or a part of a list to choose from. */
export function LoadFailure(props: {
  what: string
  of: { failure: () => { message: string } | undefined; reload: () => void }
}): JSX.Element {
  return (
    <Show when={props.of.failure()}>
      {(failure) => (
        <p class="load-failure" role="alert">
          <Icon name="warning" size={14} />
          <span>
            {props.what} could not be loaded. {failure().message}
          </span>
          <Button small onClick={() => props.of.reload()}>
            Try again
          </Button>
        </p>
      )}
    </Show>
  )
}
