import { useParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, Match, Show, Switch } from 'solid-js'
import type { ReceiptViewFragment } from '../../../../sdk/generated/operations.ts'
import { duration } from '../../format.ts'
import { ConnectionLight } from '../../live/connection.tsx'
import { Attempts } from '../../receipt/attempts.tsx'
import { ReceiptHead } from '../../receipt/head.tsx'
import { RequestView } from '../../receipt/request-view.tsx'
import { Timeline } from '../../receipt/timeline.tsx'
import { Button } from '../../ui/button.tsx'
import { Fact, Facts } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { EmptyFace, ErrorFace, SkeletonRows } from '../../ui/faces.tsx'
import { Logo } from '../../ui/logo.tsx'
import { ThemeButton } from '../../ui/theme.tsx'
import { Full } from '../../ui/time.tsx'
import { Toasts } from '../../ui/toast.tsx'
import { FINAL, TRIGGER_WORDS } from '../../words.ts'
import './page.css'
import { createReceiptState } from './page.state.ts'

/** The public receipt of one invocation, for everyone who has its address. */
export function ReceiptPage(): JSX.Element {
  const params = useParams<{ token: string }>()
  const receipt = createReceiptState(() => params.token)
  createEffect(() => {
    const name = receipt.data()?.actionName
    document.title = name ? `Receipt: ${name}` : 'Receipt · Docket'
  })
  return (
    <div class="receipt-page">
      <header class="receipt-page__top">
        <Logo />
        <span class="cluster">
          <Show when={receipt.data() && !FINAL.has(receipt.data()?.status ?? 'PENDING')}>
            <ConnectionLight />
          </Show>
          <ThemeButton />
        </span>
      </header>
      <main id="main">
        <Switch>
          <Match when={receipt.data()}>{(data) => <Ticket receipt={data()} />}</Match>
          <Match when={receipt.data() === null || receipt.failure()?.code === 'NOT_FOUND'}>
            <div class="ticket">
              <EmptyFace icon="search" title="There is no such receipt">
                The link may be cut off or mistyped. Ask whoever sent it to copy the receipt link again.
              </EmptyFace>
            </div>
          </Match>
          <Match when={receipt.failure()}>{(failure) => <ErrorFace message={failure().message} retry={receipt.reload} />}</Match>
          <Match when={true}>
            <div class="ticket">
              <SkeletonRows />
            </div>
          </Match>
        </Switch>
      </main>
      <Toasts />
    </div>
  )
}

function Ticket(props: { receipt: ReceiptViewFragment }): JSX.Element {
  const it = () => props.receipt
  return (
    <>
      <article class="ticket">
        <section class="ticket__part">
          <p class="quiet small">Receipt</p>
          <h1 class="wrap-anywhere">{it().actionName}</h1>
          <ReceiptHead of={it()} />
        </section>
        <section class="ticket__part ticket__part--torn" aria-label="Details">
          <Facts>
            <Fact name="Started by">{TRIGGER_WORDS[it().trigger]}</Fact>
            <Show when={it().scheduledFor}>
              {(at) => (
                <Fact name="Due">
                  <Full at={at()} />
                </Fact>
              )}
            </Show>
            <Show when={it().finishedAt}>
              {(at) => (
                <Fact name="Finished">
                  <Full at={at()} />
                </Fact>
              )}
            </Show>
            <Show when={it().durationMs !== null}>
              <Fact name="Took">{duration(it().durationMs ?? 0)}</Fact>
            </Show>
            <Fact name="Invocation">
              <code>{it().id}</code>
            </Fact>
          </Facts>
        </section>
        <section class="ticket__part" aria-labelledby="timeline">
          <h2 id="timeline">Timeline</h2>
          <Timeline of={it()} />
        </section>
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
      </article>
      <div class="receipt-page__tools">
        <CopyButton text={it().url} label="Copy link" words="Copy link" />
        <Button icon="print" onClick={() => print()}>
          Print
        </Button>
        <a class="link small" href={`${location.pathname}.json`}>
          As JSON
        </a>
      </div>
      <p class="receipt-page__foot quiet small">Secret values are hidden. Everyone who has this address can see the receipt.</p>
    </>
  )
}
