import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Dialog } from '../ui/dialog.tsx'
import { Exact } from '../ui/time.tsx'
import { CopyLine } from './copy-line.tsx'

/** A signing secret, which is shown this one time. `until`: how long the one before is valid beside it. */
export function SecretOnce(props: { secret: string | undefined; until?: string | null | undefined; close: () => void }): JSX.Element {
  return (
    <Dialog
      open={props.secret !== undefined}
      title="Copy this signing secret now"
      confirm="I have copied it"
      only
      onConfirm={props.close}
      onClose={props.close}
    >
      <p>It is shown this once. Receivers need it to check that a request came from here and was not changed.</p>
      <CopyLine text={props.secret ?? ''} label="Copy signing secret" />
      <Show when={props.until}>
        {(until) => (
          <p>
            Until <Exact at={until()} /> each request is signed with the one before as well, so that receivers can change over without a
            gap.
          </p>
        )}
      </Show>
      <p class="small">
        Any Standard Webhooks library takes it as it is: it checks <code>webhook-id</code>, <code>webhook-timestamp</code> and{' '}
        <code>webhook-signature</code>.
      </p>
    </Dialog>
  )
}
