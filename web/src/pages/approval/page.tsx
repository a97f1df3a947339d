import { A, useParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { Decided } from '../../approval/decision.tsx'
import { Decision } from '../../approval/decision.tsx'
import { Difference } from '../../approval/difference.tsx'
import { ApprovalFacts } from '../../approval/facts.tsx'
import { Stages } from '../../approval/stages.tsx'
import { RequestView } from '../../receipt/request-view.tsx'
import { RecordFact } from '../../run/record-fact.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Status } from '../../ui/status.tsx'
import { Moment } from '../../ui/time.tsx'
import { TRIGGER_WORDS } from '../../words.ts'
import { PageOf } from '../not-found/page-of.tsx'
import { ApprovalHead } from './head.tsx'
import { createApprovalState } from './page.state.ts'

/** One approval: the exact request, who has decided, and the decision of whoever looks at it. Opening it decides nothing. */
export function ApprovalPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const state = createApprovalState(() => params.id)
  /** A run without an approval has no such page. */
  const decided = (): Decided | null | undefined => {
    const invocation = state.invocation.data()
    if (!invocation) return invocation
    return invocation.approval ? { invocation, approval: invocation.approval } : null
  }
  return (
    <PageOf what="This approval" of={{ ...state.invocation, data: decided }}>
      {(it) => <Loaded of={it()} state={state} />}
    </PageOf>
  )
}

function Loaded(props: { of: Decided; state: ReturnType<typeof createApprovalState> }): JSX.Element {
  const approval = () => props.of.approval
  const invocation = () => props.of.invocation
  return (
    <>
      <PageHead title={invocation().action.name} back={{ href: '/approvals', words: 'Approvals' }} />
      <div class="stack stack--loose">
        <ApprovalHead of={props.of} />
        <div class="cols">
          <div class="stack stack--loose">
            <Show when={approval().difference}>
              {(difference) => (
                <Card title="Changed since it was asked for" hint="Approvals from before do not count any more">
                  <Difference of={difference()} />
                </Card>
              )}
            </Show>
            <Card title="Request" hint="Exactly what is sent; secret values are hidden">
              <RequestView of={invocation().request} />
            </Card>
          </div>
          <div class="stack stack--loose">
            <Show when={approval().status === 'PENDING'}>
              <Card title="Your decision">
                <Decision of={props.of} take={props.state.take} reload={props.state.invocation.reload} />
              </Card>
            </Show>
            <Show when={!approval().breakGlassReason && approval().usedGrants.length === 0}>
              <Card title="Who decides">
                <Stages of={approval().stages} votes={approval().votes} />
              </Card>
            </Show>
            <Card title="Details">
              <ApprovalFacts of={props.of} />
            </Card>
            <Card title="Run">
              <RunFacts of={invocation()} />
            </Card>
          </div>
        </div>
      </div>
    </>
  )
}

function RunFacts(props: { of: Decided['invocation'] }): JSX.Element {
  return (
    <Facts>
      <Fact name="Status">
        <A href={`/invocations/${props.of.id}`} class="cluster">
          <Status status={props.of.status} />
          <span class="link">Follow the run</span>
        </A>
      </Fact>
      <Fact name="Started by">{TRIGGER_WORDS[props.of.trigger]}</Fact>
      <Show when={props.of.scheduledFor}>
        {(at) => (
          <Fact name="Due">
            <Moment at={at()} zone={props.of.action.schedule?.timezone} />
          </Fact>
        )}
      </Show>
      <RecordFact of={props.of.record} />
      <Fact name="Action">
        <A class="link" href={`/actions/${props.of.action.id}`}>
          {props.of.action.name}
        </A>
      </Fact>
    </Facts>
  )
}
