import type { JSX } from 'solid-js'
import { createSignal, For, Show } from 'solid-js'
import type { GrantViewFragment } from '../../../../sdk/generated/operations.ts'
import { GrantsDocument, RevokeGrantDocument } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { grantWords } from '../../approval/grant-words.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createWhole } from '../../live/whole.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { Tag } from '../../ui/status.tsx'
import { toast } from '../../ui/toast.tsx'
import { GrantDialog } from './grant-dialog.tsx'
import './grants.css'
import type { Action } from './page.state.ts'

/** Runs of an action that are approved in advance. */
export function GrantsCard(props: { action: Action }): JSX.Element {
  const client = useClient()
  const grants = createWhole<GrantViewFragment>(() => ask(client, GrantsDocument, { actionId: props.action.id }, (data) => data.grants))
  const [adding, setAdding] = createSignal(false)
  const [revoked, setRevoked] = createSignal<GrantViewFragment>()
  return (
    // Where nothing needs approval, grants are not worth a card.
    <Show when={props.action.approval !== null || grants.rows.length > 0 || grants.face() === 'error'}>
      <Card
        title="Standing grants"
        actions={
          <Show when={may('MANAGE')}>
            <Button small icon="plus" onClick={() => setAdding(true)}>
              Grant runs
            </Button>
          </Show>
        }
      >
        <LoadFailure what="The grants" of={grants} />
        <Show
          when={grants.rows.length > 0}
          fallback={
            <Show when={grants.face() === 'empty'}>
              <p class="soft">None: each run is approved on its own.</p>
            </Show>
          }
        >
          <ul class="grants" aria-label="Standing grants">
            <For each={grants.rows}>{(grant) => <GrantRow of={grant} revoke={() => setRevoked(grant)} />}</For>
          </ul>
        </Show>
      </Card>
      <Show when={adding()}>
        <GrantDialog action={props.action} close={() => setAdding(false)} made={grants.put} />
      </Show>
      <Show when={revoked()}>
        {(grant) => (
          <ConfirmDialog
            title="Revoke this grant?"
            confirm="Revoke"
            command={RevokeGrantDocument}
            variables={{ id: grant().id }}
            done={({ revokeGrant }) => {
              grants.put(revokeGrant)
              toast('Revoked. From now on, these runs need approval.')
            }}
            close={() => setRevoked(undefined)}
          >
            <p>It approves no further run. What it has approved stays approved.</p>
          </ConfirmDialog>
        )}
      </Show>
    </Show>
  )
}

function GrantRow(props: { of: GrantViewFragment; revoke: () => void }): JSX.Element {
  return (
    <li class="grant" classList={{ 'grant--over': !props.of.active }}>
      <div class="grant__words">
        <b>{props.of.actor?.name ?? 'Everyone'}</b>
        <Show when={!props.of.active}>
          {' '}
          <Tag>{props.of.revokedAt ? 'Revoked' : 'Used up'}</Tag>
        </Show>
        <div class="soft small nums">{grantWords(props.of)}</div>
        <Show when={props.of.condition}>
          {(condition) => (
            <div>
              <code class="wrap-anywhere">{condition()}</code>
            </div>
          )}
        </Show>
        <div class="quiet small wrap-anywhere">
          By {props.of.createdBy.name}
          {props.of.comment ? `: “${props.of.comment}”` : ''}
        </div>
      </div>
      <Show when={props.of.active && may('MANAGE')}>
        <IconButton icon="slash" label={`Revoke the grant of ${props.of.actor?.name ?? 'everyone'}`} onClick={props.revoke} />
      </Show>
    </li>
  )
}
