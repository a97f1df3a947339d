import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { ReceiptViewFragment } from '../../../../sdk/generated/operations.ts'
import type { ShownApproval } from '../../approval/shown.ts'
import { ApprovalTag } from '../../approval/tag.tsx'
import { progress } from '../../approval/words.ts'
import { duration } from '../../format.ts'
import { Attempts } from '../../receipt/attempts.tsx'
import { ReceiptHead } from '../../receipt/head.tsx'
import { RequestView } from '../../receipt/request-view.tsx'
import { Timeline } from '../../receipt/timeline.tsx'
import { CallbackView } from '../../run/callback.tsx'
import { Button } from '../../ui/button.tsx'
import { Fact, Facts } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Exact, Full } from '../../ui/time.tsx'
import { TRIGGER_WORDS } from '../../words.ts'
import { openForPrint } from './print.ts'

/** All that a receipt shows, as a ticket: what happened on its stub, and beside it or below what was sent and what came back. */
export function Ticket(props: { receipt: ReceiptViewFragment }): JSX.Element {
  const it = () => props.receipt
  let ticket!: HTMLElement
  openForPrint(() => ticket)
  return (
    <>
      <article class="ticket" ref={ticket}>
        <div class="ticket__stub">
          <section class="ticket__part">
            <p class="quiet small">Receipt</p>
            <h1 class="wrap-anywhere">{it().actionName}</h1>
            <ReceiptHead of={it()} />
          </section>
          <section class="ticket__part" aria-label="Details">
            <ReceiptFacts of={it()} />
          </section>
          <section class="ticket__part" aria-labelledby="timeline">
            <h2 id="timeline">Timeline</h2>
            <Timeline of={it()} />
          </section>
        </div>
        <div class="ticket__main">
          <section class="ticket__part" aria-labelledby="request">
            <h2 id="request">Request</h2>
            <RequestView of={it().request} />
          </section>
          <Show when={it().attempts.length > 0}>
            <section class="ticket__part ticket__part--flush" aria-labelledby="attempts">
              <h2 id="attempts">Attempts</h2>
              <Attempts of={it().attempts} />
            </section>
          </Show>
          <Show when={it().callback}>
            {(callback) => (
              <section class="ticket__part ticket__part--flush" aria-labelledby="callback">
                <h2 id="callback">Callback</h2>
                <CallbackView of={callback()} />
              </section>
            )}
          </Show>
        </div>
      </article>
      <div class="receipt-page__tools">
        <CopyButton text={it().url} label="Copy link" words="Copy link" />
        <Button icon="print" onClick={() => print()}>
          Print
        </Button>
        <a class="link small" href={`${location.pathname}.json`} download={`${it().id}.json`}>
          Save as signed JSON
        </a>
      </div>
      <p class="receipt-page__address small wrap-anywhere">{it().url}</p>
      <p class="receipt-page__foot quiet small">
        Secret values are hidden. Everyone who has this address can see the receipt, until <Exact at={it().expiresAt} />. That the JSON is
        as this server signed it is shown by <code>docket verify-receipt</code>.
      </p>
    </>
  )
}

function ReceiptFacts(props: { of: ReceiptViewFragment }): JSX.Element {
  return (
    <Facts>
      <Fact name="Started by">{TRIGGER_WORDS[props.of.trigger]}</Fact>
      <Show when={props.of.approval}>
        {(approval) => (
          <Fact name="Approval">
            <ApprovalTag status={approval().status} />
            <div class="quiet small">{approvalWords(approval())}</div>
          </Fact>
        )}
      </Show>
      <Show when={props.of.scheduledFor}>
        {(at) => (
          <Fact name="Due">
            <Full at={at()} />
          </Fact>
        )}
      </Show>
      <Show when={props.of.finishedAt}>
        {(at) => (
          <Fact name="Finished">
            <Full at={at()} />
          </Fact>
        )}
      </Show>
      <Show when={props.of.durationMs !== null}>
        <Fact name="Took">{duration(props.of.durationMs ?? 0)}</Fact>
      </Show>
      <Fact name="Invocation">
        <code>{props.of.id}</code>
      </Fact>
    </Facts>
  )
}

function approvalWords({ breakGlass, byGrant, stages }: ShownApproval): string {
  if (breakGlass) return 'Run without the approval that it needed'
  if (byGrant) return 'In advance'
  const { given, needed } = progress(stages)
  return `${given} of ${needed} approved it`
}
