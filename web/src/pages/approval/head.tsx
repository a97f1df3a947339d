import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { Decided } from '../../approval/decision.tsx'
import { TimeLeft } from '../../approval/time-left.tsx'
import { APPROVAL_WORDS, progress } from '../../approval/words.ts'
import '../../receipt/head.css'
import { Icon } from '../../ui/icon.tsx'

/** The state of an approval, large, with the sentence that explains it. */
export function ApprovalHead(props: { of: Decided }): JSX.Element {
  const words = () => APPROVAL_WORDS[props.of.approval.status]
  return (
    <div class={`receipt-head tone--${words().tone}`} data-approval={props.of.approval.status}>
      <span class={`mark mark--large tone--${words().tone}`}>
        <Icon name={words().icon} size={20} />
      </span>
      <div>
        <p class="receipt-head__status" role="status">
          {words().name}
        </p>
        <p class="soft nums wrap-anywhere">
          {sentence(props.of)}
          <Show when={props.of.approval.status === 'PENDING'}>
            {' '}
            <TimeLeft until={props.of.approval.expiresAt} />.
          </Show>
        </p>
      </div>
    </div>
  )
}

function sentence({ approval }: Decided): string {
  const { given, needed } = progress(approval.stages)
  const who = approval.requester.name
  switch (approval.status) {
    case 'PENDING':
      return given > 0
        ? `${given} of ${needed} have approved. Nothing is sent before all have.`
        : `${who} asks to run it. Nothing is sent before it is approved.`
    case 'APPROVED':
      if (approval.breakGlassReason) return `${who} ran it without the approval that it needs.`
      if (approval.usedGrants.length > 0)
        return approval.usedGrants.length === 1 ? 'Approved in advance by a standing grant.' : 'Approved in advance by standing grants.'
      return 'All who had to agree have agreed.'
    case 'REJECTED':
      return 'Someone rejected it. Nothing was sent.'
    case 'EXPIRED':
      return 'Nobody decided in time. Nothing was sent.'
    case 'CANCELLED':
      return 'The run was cancelled before it was decided. Nothing was sent.'
  }
}
