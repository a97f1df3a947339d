import type { JSX } from 'solid-js'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { may } from '../../access/viewer.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { now } from '../../ui/clock.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { Exact, Relative } from '../../ui/time.tsx'
import type { Invocation } from './page.state.ts'
import './receipt-card.css'
import { RenewDialog, RevokeDialog } from './receipt-dialogs.tsx'

/** Who can see the public receipt, until when, and what can be done about that. */
export function ReceiptCard(props: { invocation: Invocation; take: (next: Invocation) => void }): JSX.Element {
  const [asking, setAsking] = createSignal<'renew' | 'revoke'>()
  const it = () => props.invocation
  const ended = () => Date.parse(it().receiptExpiresAt) <= now()
  const open = () => it().receiptRevokedAt === null && !ended()
  const close = () => setAsking(undefined)
  return (
    <Card title="Receipt">
      <div class="stack">
        <p class="soft">
          <Switch>
            <Match when={it().receiptRevokedAt}>
              {(at) => (
                <>
                  Revoked <Exact at={at()} />: its address shows nothing to anyone.
                </>
              )}
            </Match>
            <Match when={ended()}>
              It ended <Relative at={it().receiptExpiresAt} />: its address shows nothing any more.
            </Match>
            <Match when={true}>
              Everyone who has its address can see it, without signing in, until <Exact at={it().receiptExpiresAt} />.
            </Match>
          </Switch>
        </p>
        <Show when={open()}>
          <div class="cluster">
            <CopyButton small text={it().receiptUrl} label="Copy receipt link" words="Copy receipt link" />
            <a class="link small receipt-card__open" href={it().receiptUrl} target="_blank" rel="noopener noreferrer">
              Open the public page
            </a>
          </div>
        </Show>
        <Show when={may('MANAGE')}>
          <div class="cluster">
            <Button small icon="retry" onClick={() => setAsking('renew')}>
              New address
            </Button>
            <Show when={open()}>
              <Button small look="danger" icon="slash" onClick={() => setAsking('revoke')}>
                Revoke
              </Button>
            </Show>
          </div>
        </Show>
      </div>
      <Show when={asking() === 'renew'}>
        <RenewDialog invocation={it()} open={open()} take={props.take} close={close} />
      </Show>
      <Show when={asking() === 'revoke'}>
        <RevokeDialog invocation={it()} take={props.take} close={close} />
      </Show>
    </Card>
  )
}
