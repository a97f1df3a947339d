import { useParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, Match, Show, Switch } from 'solid-js'
import { ConnectionLight } from '../../live/connection.tsx'
import { Live } from '../../live/live.tsx'
import { EmptyFace, ErrorFace, SkeletonRows } from '../../ui/faces.tsx'
import { Logo } from '../../ui/logo.tsx'
import { ThemeButton } from '../../ui/theme.tsx'
import { Toasts } from '../../ui/toast.tsx'
import './page.css'
import { createReceiptState } from './page.state.ts'
import { Ticket } from './ticket.tsx'

/** The public receipt of one invocation, the same for everyone who has its address: whoever is signed in here is not told to the server. */
export function ReceiptPage(): JSX.Element {
  return (
    <Live anonymous>
      <Receipt />
    </Live>
  )
}

function Receipt(): JSX.Element {
  const params = useParams<{ token: string }>()
  const { receipt, gone, live } = createReceiptState(() => params.token)
  createEffect(() => {
    const name = receipt.data()?.actionName
    document.title = name ? `Receipt: ${name}` : 'Receipt · Docket'
  })
  return (
    <div class="receipt-page">
      <header class="receipt-page__top">
        <Logo />
        <span class="cluster">
          <Show when={live()}>
            <ConnectionLight />
          </Show>
          <ThemeButton />
        </span>
      </header>
      <main id="main">
        <Switch>
          <Match when={receipt.data()}>{(data) => <Ticket receipt={data()} />}</Match>
          <Match when={gone()}>
            <div class="ticket" role="status">
              <EmptyFace icon="slash" title="This receipt has ended">
                Its address was revoked or renewed, or its time was over, while it was open here. Ask whoever sent it for a new link.
              </EmptyFace>
            </div>
          </Match>
          <Match when={receipt.data() === null || receipt.failure()?.code === 'NOT_FOUND'}>
            <div class="ticket">
              <EmptyFace icon="search" title="There is no such receipt">
                The link may be cut off or mistyped, or it has ended. Ask whoever sent it to copy the receipt link again.
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
