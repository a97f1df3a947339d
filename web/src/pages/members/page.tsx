import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { MemberViewFragment } from '../../../../sdk/generated/operations.ts'
import { InvitesDocument, MembersDocument } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import type { Paged } from '../../live/paged.ts'
import { createWhole } from '../../live/whole.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { SettingsHead } from '../settings/tabs.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { InvitesCard } from './invites.tsx'
import { MemberDialogs } from './member-dialogs.tsx'
import type { AskedOf } from './member-row.tsx'
import { MemberRow } from './member-row.tsx'
import './page.css'

/** Who belongs to the project, as what, and who is invited. */
export function MembersPage(): JSX.Element {
  const client = useClient()
  const members = createWhole(() => ask(client, MembersDocument, {}, (data) => data.members))
  const [asked, setAsked] = createSignal<AskedOf>()
  return (
    <>
      <SettingsHead title="Members" />
      <div class="stack stack--loose">
        <Show when={may('ADMINISTER')} fallback={<MembersCard of={members} ask={setAsked} />}>
          <Administration members={members} ask={setAsked} />
        </Show>
      </div>
      <MemberDialogs asked={asked()} close={() => setAsked(undefined)} saved={members.put} />
    </>
  )
}

/** The members, and what only an administrator sees: who is invited. */
function Administration(props: { members: Paged<MemberViewFragment>; ask: (asked: AskedOf) => void }): JSX.Element {
  const client = useClient()
  const invites = createWhole(() => ask(client, InvitesDocument, {}, (data) => data.invites.filter(({ status }) => status !== 'ACCEPTED')))
  const [inviting, setInviting] = createSignal(false)
  return (
    <>
      <MembersCard
        of={props.members}
        ask={props.ask}
        actions={
          <Button small look="primary" icon="plus" onClick={() => setInviting(true)}>
            Invite someone
          </Button>
        }
      />
      <InvitesCard of={invites} />
      <InviteDialog open={inviting()} close={() => setInviting(false)} made={invites.put} />
    </>
  )
}

function MembersCard(props: { of: Paged<MemberViewFragment>; ask: (asked: AskedOf) => void; actions?: JSX.Element }): JSX.Element {
  return (
    <Card title="Members" hint="People who can sign in to this project" actions={props.actions} flush>
      <List
        label="Members"
        of={props.of}
        grid="members-grid"
        columns={['Name', 'Role', 'Last seen', '']}
        empty={
          <EmptyFace icon="members" title="No member yet">
            Until somebody is invited, the printed link and API tokens are the only ways in.
          </EmptyFace>
        }
      >
        {(member) => <MemberRow member={member} ask={props.ask} />}
      </List>
    </Card>
  )
}
