import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { RevokeApiTokenDocument } from '../../../../sdk/generated/operations.ts'
import type { Paged } from '../../live/paged.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell, List } from '../../ui/list.tsx'
import { Tag } from '../../ui/status.tsx'
import { Exact, Relative } from '../../ui/time.tsx'
import type { Token } from './page.state.ts'
import { TokenDialogs } from './token-dialogs.tsx'

/** The project's API tokens: making one, which is shown once, and revoking it. */
export function TokensCard(props: { tokens: Paged<Token> }): JSX.Element {
  const [adding, setAdding] = createSignal(false)
  const [revoked, setRevoked] = createSignal<Token>()
  return (
    <>
      <Card
        title="API tokens"
        actions={
          <Button small icon="plus" onClick={() => setAdding(true)}>
            New token
          </Button>
        }
        flush
      >
        <List
          label="API tokens"
          of={props.tokens}
          grid="settings-grid settings-grid--tokens"
          columns={['Name', 'Last used', 'Expires', '']}
          empty={
            <EmptyFace icon="person" title="No token yet">
              A program signs in with a token of its own, which can be revoked without touching the others.
            </EmptyFace>
          }
        >
          {(token) => <TokenRow token={token} revoke={() => setRevoked(token)} />}
        </List>
      </Card>
      <TokenDialogs open={adding()} close={() => setAdding(false)} made={props.tokens.insert} />
      <Show when={revoked()} keyed>
        {({ id, name }) => (
          <ConfirmDialog
            title={`Revoke ${name}?`}
            confirm="Revoke"
            command={RevokeApiTokenDocument}
            variables={{ id }}
            done={({ revokeApiToken }) => props.tokens.put(revokeApiToken)}
            close={() => setRevoked(undefined)}
          >
            <p>Every program that uses this token is signed out at once. This can't be undone.</p>
          </ConfirmDialog>
        )}
      </Show>
    </>
  )
}

function TokenRow(props: { token: Token; revoke: () => void }): JSX.Element {
  return (
    <li class="row" classList={{ 'row--faded': props.token.revokedAt !== null }}>
      <Cell name="Name" bare>
        <span class="row__title clip">{props.token.name}</span>
        <span class="quiet small">
          made <Exact at={props.token.createdAt} />
        </span>
      </Cell>
      <Cell name="Last used">
        <Show when={props.token.lastUsedAt} fallback={<span class="quiet">never</span>}>
          {(at) => <Relative at={at()} />}
        </Show>
      </Cell>
      <Cell name="Expires">
        <Show when={props.token.expiresAt} fallback={<span class="quiet">never</span>}>
          {(at) => <Exact at={at()} />}
        </Show>
      </Cell>
      <div class="row__buttons">
        <Show when={!props.token.revokedAt} fallback={<Tag tone="bad">Revoked</Tag>}>
          <Button look="ghost" small aria-label={`Revoke ${props.token.name}`} onClick={() => props.revoke()}>
            Revoke
          </Button>
        </Show>
      </div>
    </li>
  )
}
