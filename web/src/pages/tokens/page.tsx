import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { TokenViewFragment } from '../../../../sdk/generated/operations.ts'
import { ApiTokensDocument, RevokeApiTokenDocument } from '../../../../sdk/generated/operations.ts'
import { may, viewer } from '../../access/viewer.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { SettingsHead } from '../settings/tabs.tsx'
import { TokenDialogs } from './dialogs.tsx'
import { TokenRow } from './row.tsx'
import './page.css'

const PAGE_SIZE = 50

/** The project's API tokens: making one, which is shown once, and revoking it. */
export function TokensPage(): JSX.Element {
  const client = useClient()
  const tokens = createPaged<TokenViewFragment, undefined>(
    () => undefined,
    (_, after) => ask(client, ApiTokensDocument, { first: PAGE_SIZE, after }, (data) => data.apiTokens),
  )
  const [adding, setAdding] = createSignal(false)
  const [revoked, setRevoked] = createSignal<TokenViewFragment>()
  return (
    <>
      <SettingsHead title="API tokens" />
      <Card
        title="API tokens"
        hint={may('ADMINISTER') ? 'What programs sign in with' : 'Yours, with which programs act for you'}
        actions={
          <Show when={may('ADMINISTER') || viewer()?.member}>
            <Button small icon="plus" onClick={() => setAdding(true)}>
              New token
            </Button>
          </Show>
        }
        flush
      >
        <List
          label="API tokens"
          of={tokens}
          grid="tokens-grid"
          columns={['Name', 'Rights', 'Last used', 'Expires', '']}
          empty={
            <EmptyFace icon="key" title="No token yet">
              A program signs in with a token of its own, which can be revoked without touching the others.
            </EmptyFace>
          }
        >
          {(token) => <TokenRow token={token} revoke={() => setRevoked(token)} />}
        </List>
      </Card>
      <TokenDialogs open={adding()} close={() => setAdding(false)} made={tokens.insert} />
      <Show when={revoked()} keyed>
        {({ id, name }) => (
          <ConfirmDialog
            title={`Revoke ${name}?`}
            confirm="Revoke"
            command={RevokeApiTokenDocument}
            variables={{ id }}
            done={({ revokeApiToken }) => tokens.put(revokeApiToken)}
            close={() => setRevoked(undefined)}
          >
            <p>Every program that uses this token is signed out at once. This can't be undone.</p>
          </ConfirmDialog>
        )}
      </Show>
    </>
  )
}
