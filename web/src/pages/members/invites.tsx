import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { InviteViewFragment } from '../../../../sdk/generated/operations.ts'
import { RevokeInviteDocument } from '../../../../sdk/generated/operations.ts'
import type { Paged } from '../../live/paged.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { now } from '../../ui/clock.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell, List } from '../../ui/list.tsx'
import type { Tone } from '../../ui/status.tsx'
import { Tag } from '../../ui/status.tsx'
import { Exact, Relative } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'

/** Who was invited and has not come yet; an open invitation can be taken back. */
export function InvitesCard(props: { of: Paged<InviteViewFragment> }): JSX.Element {
  const [revoked, setRevoked] = createSignal<InviteViewFragment>()
  return (
    <>
      <Card title="Invitations" hint="Not accepted yet" flush>
        <List
          label="Invitations"
          of={props.of}
          grid="members-grid"
          columns={['E-mail', 'Role', 'Works until', '']}
          empty={
            <EmptyFace icon="mail" title="No invitation is open">
              Whoever is invited gets a link that makes them a member with the role you choose.
            </EmptyFace>
          }
        >
          {(invite) => <InviteRow invite={invite} revoke={() => setRevoked(invite)} />}
        </List>
      </Card>
      <Show when={revoked()} keyed>
        {({ id, email }) => (
          <ConfirmDialog
            title={`Take back the invitation of ${email}?`}
            confirm="Take back"
            command={RevokeInviteDocument}
            variables={{ id }}
            done={() => {
              props.of.remove(id)
              toast(`The link for ${email} no longer works.`)
            }}
            close={() => setRevoked(undefined)}
          >
            <p>The link stops working at once. They can be invited again.</p>
          </ConfirmDialog>
        )}
      </Show>
    </>
  )
}

function InviteRow(props: { invite: InviteViewFragment; revoke: () => void }): JSX.Element {
  const state = () => (props.invite.status === 'PENDING' && Date.parse(props.invite.expiresAt) <= now() ? 'EXPIRED' : props.invite.status)
  return (
    <li class="row" classList={{ 'row--faded': state() !== 'PENDING' }}>
      <Cell name="E-mail" bare>
        <span class="cluster">
          <span class="row__title wrap-anywhere">{props.invite.email}</span>
          <Show when={state() !== 'PENDING'}>
            <Tag tone={STATES[state()].tone}>{STATES[state()].words}</Tag>
          </Show>
        </span>
        <span class="quiet small">
          <Show when={props.invite.invitedBy}>{(by) => `by ${by().name}, `}</Show>
          <Relative at={props.invite.createdAt} />
        </span>
      </Cell>
      <Cell name="Role">{props.invite.role.name}</Cell>
      <Cell name="Works until">
        <Exact at={props.invite.expiresAt} />
      </Cell>
      <div class="row__buttons">
        <Show when={state() === 'PENDING'}>
          <Button look="ghost" small aria-label={`Take back the invitation of ${props.invite.email}`} onClick={() => props.revoke()}>
            Take back
          </Button>
        </Show>
      </div>
    </li>
  )
}

const STATES: Readonly<Record<InviteViewFragment['status'], { words: string; tone: Tone }>> = {
  PENDING: { words: 'Open', tone: 'good' },
  ACCEPTED: { words: 'Accepted', tone: 'good' },
  EXPIRED: { words: 'Expired', tone: 'warn' },
  REVOKED: { words: 'Taken back', tone: 'quiet' },
}
