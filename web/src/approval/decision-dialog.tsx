import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { InvocationDetailFragment } from '../../../sdk/generated/operations.ts'
import { ApproveDocument, RejectDocument } from '../../../sdk/generated/operations.ts'
import { createCommand } from '../live/command.ts'
import { now } from '../ui/clock.ts'
import { Dialog } from '../ui/dialog.tsx'
import { toast } from '../ui/toast.tsx'
import './approval.css'
import type { Decided } from './decision.tsx'
import { progress, shortDigest } from './words.ts'

/**
 * Asks once more before a decision, and makes it.
 *
 * @param props.digest of the request that was shown when the question came up
 * @param props.onVoid the request is another one by now, so nothing was approved
 */
export function DecisionDialog(props: {
  of: Decided
  approve: boolean
  digest: string
  comment: string
  take: (next: InvocationDetailFragment) => void
  onVoid: () => void
  close: () => void
}): JSX.Element {
  const approve = createCommand(ApproveDocument)
  const reject = createCommand(RejectDocument)
  const [error, setError] = createSignal<string>()
  const run = async () => {
    setError(undefined)
    // With the decision the question leaves the page, and its props with it.
    const { approve: approving } = props
    const given = { invocationId: props.of.invocation.id, comment: props.comment || undefined }
    const outcome = approving ? await approve.run({ ...given, digest: props.digest }) : await reject.run(given)
    if (outcome.failure?.code === 'APPROVAL_VOID') return props.onVoid()
    if (outcome.failure) return setError(outcome.failure.message)
    const next = 'approve' in outcome.data ? outcome.data.approve : outcome.data.reject
    props.take(next)
    props.close()
    if (!approving) toast('Rejected. Nothing is sent.')
    else toast(next.approval?.status === 'PENDING' ? 'You approved it. More people have to agree.' : 'Approved.')
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true })
  }
  return (
    <Dialog
      open
      title={props.approve ? 'Approve this request?' : 'Reject this request?'}
      confirm={props.approve ? 'Approve' : 'Reject'}
      danger={!props.approve}
      busy={approve.busy() || reject.busy()}
      error={error()}
      onConfirm={run}
      onClose={props.close}
    >
      <p class="decision__target">
        <b>{props.of.invocation.request.method}</b> {props.of.invocation.request.url}
      </p>
      <p>{props.approve ? consequence(props.of, now()) : 'One reject ends it: the run is cancelled, and nothing is sent.'}</p>
      <Show when={props.approve}>
        <p class="quiet small">
          Exactly the request that you have seen, digest <code>{shortDigest(props.digest)}</code>. If it was changed, nothing is approved.
        </p>
      </Show>
    </Dialog>
  )
}

/** What follows from one more approval. */
function consequence({ approval, invocation }: Decided, now: number): string {
  const { given, needed } = progress(approval.stages)
  const left = needed - given - 1
  if (left > 0) return `After you, ${left === 1 ? 'one more person has' : `${left} more people have`} to agree.`
  return Date.parse(invocation.runAt) > now
    ? 'Yours is the last approval it needs: it is sent at its time.'
    : 'Yours is the last approval it needs: it is sent at once.'
}
