import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { InvocationDetailFragment } from '../../../../sdk/generated/operations.ts'
import type { Decided } from '../../approval/decision.tsx'
import { Decision } from '../../approval/decision.tsx'
import { Difference } from '../../approval/difference.tsx'
import { ApprovalFacts } from '../../approval/facts.tsx'
import { Stages } from '../../approval/stages.tsx'
import { ApprovalTag } from '../../approval/tag.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'

/** The approval of a run: who has to agree, what changed since, and the decision itself. */
export function ApprovalCard(props: {
  of: Decided
  take: (next: InvocationDetailFragment) => void
  reload: () => Promise<void>
}): JSX.Element {
  const approval = () => props.of.approval
  return (
    <Card
      title="Approval"
      hint={<ApprovalTag status={approval().status} />}
      actions={
        <LinkButton small look="ghost" href={`/approvals/${approval().id}`}>
          Open
        </LinkButton>
      }
    >
      <div class="stack stack--loose">
        <Show when={!approval().breakGlassReason && approval().usedGrants.length === 0}>
          <Stages of={approval().stages} votes={approval().votes} />
        </Show>
        <Show when={approval().difference}>
          {(difference) => (
            <div class="stack">
              <h3>Changed since it was asked for</h3>
              <Difference of={difference()} />
            </div>
          )}
        </Show>
        <Decision of={props.of} take={props.take} reload={props.reload} />
        <ApprovalFacts of={props.of} />
      </div>
    </Card>
  )
}
