import type { JSX } from 'solid-js'
import { createSignal, Match, Switch } from 'solid-js'
import type { MemberViewFragment } from '../../../../sdk/generated/operations.ts'
import { DisableMemberDocument, EnableMemberDocument, SetMemberRoleDocument } from '../../../../sdk/generated/operations.ts'
import { RoleField } from '../../access/role-field.tsx'
import { createRoleChoice } from '../../access/roles.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import type { AskedOf } from './member-row.tsx'

interface MemberProps {
  member: MemberViewFragment
  close: () => void
  saved: (member: MemberViewFragment) => void
}

/** The one question that is open about a member. */
export function MemberDialogs(props: {
  asked: AskedOf | undefined
  close: () => void
  saved: (member: MemberViewFragment) => void
}): JSX.Element {
  const about = (what: AskedOf['what']) => (props.asked?.what === what ? props.asked.member : undefined)
  return (
    <Switch>
      <Match when={about('role')} keyed>
        {(member) => <RoleDialog member={member} close={props.close} saved={props.saved} />}
      </Match>
      <Match when={about('disable')} keyed>
        {(member) => (
          <ConfirmDialog
            title={`Disable ${member.name}?`}
            confirm="Disable"
            command={DisableMemberDocument}
            variables={{ memberId: member.id }}
            done={({ disableMember }) => {
              props.saved(disableMember)
              toast(`${member.name} was disabled.`)
            }}
            close={props.close}
          >
            <p>
              They are signed out of this project within a second, tokens that act for them are refused, and approvals they gave for what
              has not started no longer count. They can be enabled again.
            </p>
          </ConfirmDialog>
        )}
      </Match>
      <Match when={about('enable')} keyed>
        {(member) => <EnableDialog member={member} close={props.close} saved={props.saved} />}
      </Match>
    </Switch>
  )
}

function RoleDialog(props: MemberProps): JSX.Element {
  const roles = createRoleChoice()
  const set = createCommand(SetMemberRoleDocument)
  const [roleId, setRoleId] = createSignal(props.member.role.id)
  const [failure, setFailure] = createSignal<Failure>()
  const run = async () => {
    const { data, failure: refused } = await set.run({ memberId: props.member.id, roleId: roleId() })
    if (refused) return setFailure(refused)
    props.saved(data.setMemberRole)
    toast(`${props.member.name} is ${data.setMemberRole.role.name} from now on.`)
    props.close()
  }
  return (
    <Dialog
      open
      title={`Role of ${props.member.name}`}
      confirm="Change role"
      busy={set.busy()}
      error={failure()?.message}
      onConfirm={run}
      onClose={props.close}
    >
      <p>It holds at once, also on pages that are open. Approvals given under a role that may not approve no longer count.</p>
      <RoleField
        of={roles}
        value={roleId()}
        held={props.member.role}
        change={(id) => {
          setRoleId(id)
          setFailure(undefined)
        }}
      />
    </Dialog>
  )
}

function EnableDialog(props: MemberProps): JSX.Element {
  const enable = createCommand(EnableMemberDocument)
  const [failure, setFailure] = createSignal<Failure>()
  const run = async () => {
    const { data, failure: refused } = await enable.run({ memberId: props.member.id })
    if (refused) return setFailure(refused)
    props.saved(data.enableMember)
    toast(`${props.member.name} may sign in again.`)
    props.close()
  }
  return (
    <Dialog
      open
      title={`Enable ${props.member.name}?`}
      confirm="Enable"
      busy={enable.busy()}
      error={failure()?.message}
      onConfirm={run}
      onClose={props.close}
    >
      <p>They may sign in again, as {props.member.role.name}.</p>
    </Dialog>
  )
}
