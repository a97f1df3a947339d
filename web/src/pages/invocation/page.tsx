import { useParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createMemo, Show } from 'solid-js'
import { Attempts } from '../../receipt/attempts.tsx'
import { ReceiptHead } from '../../receipt/head.tsx'
import { RequestView } from '../../receipt/request-view.tsx'
import { fromInvocation } from '../../receipt/source.ts'
import { Timeline } from '../../receipt/timeline.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { FINAL } from '../../words.ts'
import { PageOf } from '../not-found/page-of.tsx'
import { ApprovalCard } from './approval-card.tsx'
import { Blockers } from './blockers.tsx'
import { InvocationButtons } from './buttons.tsx'
import { CallbackCard } from './callback-card.tsx'
import { InvocationFacts } from './facts.tsx'
import type { Invocation } from './page.state.ts'
import { createInvocationState } from './page.state.ts'
import { ReceiptCard } from './receipt-card.tsx'

/** The live receipt of one invocation. */
export function InvocationPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const state = createInvocationState(() => params.id)
  return (
    <PageOf what="This invocation" of={state.invocation}>
      {(invocation) => <Live invocation={invocation()} take={state.take} reload={state.invocation.reload} />}
    </PageOf>
  )
}

function Live(props: { invocation: Invocation; take: (next: Invocation) => void; reload: () => Promise<void> }): JSX.Element {
  const receipt = createMemo(() => fromInvocation(props.invocation))
  return (
    <>
      <PageHead
        title={props.invocation.action.name}
        back={{ href: '/invocations', words: 'Invocations' }}
        actions={<InvocationButtons invocation={props.invocation} take={props.take} />}
      />
      <div class="stack stack--loose">
        <ReceiptHead of={receipt()} />
        <div class="cols">
          <div class="stack stack--loose">
            {/* That nobody has approved it yet is told by the card of the approval. */}
            <Show when={props.invocation.whyNotRunning.some(({ code }) => code !== 'AWAITING_APPROVAL')}>
              <Card title="Why it is not running">
                <Blockers of={props.invocation.whyNotRunning} />
              </Card>
            </Show>
            <Show when={props.invocation.approval}>
              {(approval) => (
                <ApprovalCard of={{ invocation: props.invocation, approval: approval() }} take={props.take} reload={props.reload} />
              )}
            </Show>
            <Card title="Timeline">
              <Timeline of={receipt()} />
            </Card>
            <Card title="Attempts" hint={`${receipt().attempts.length} of at most ${receipt().maxAttempts}`} flush>
              <Show
                when={receipt().attempts.length > 0}
                fallback={
                  <EmptyFace icon="send" title={FINAL.has(props.invocation.status) ? 'Nothing was sent' : 'No answer yet'}>
                    {FINAL.has(props.invocation.status)
                      ? 'No request left for this invocation.'
                      : 'The answer appears here as soon as the attempt is over.'}
                  </EmptyFace>
                }
              >
                <Attempts of={receipt().attempts} />
              </Show>
            </Card>
            <Show when={receipt().callback}>
              {(callback) => <CallbackCard invocationId={props.invocation.id} callback={callback()} reload={props.reload} />}
            </Show>
          </div>
          <div class="stack stack--loose">
            <Card title="Details">
              <InvocationFacts invocation={props.invocation} />
            </Card>
            <ReceiptCard invocation={props.invocation} take={props.take} />
            <Card title="Request">
              <RequestView of={props.invocation.request} />
            </Card>
          </div>
        </div>
      </div>
    </>
  )
}
