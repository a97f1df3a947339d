import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { MemberViewFragment } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { Button } from '../../ui/button.tsx'
import { Cell } from '../../ui/list.tsx'
import { Tag } from '../../ui/status.tsx'
import { Exact, Relative } from '../../ui/time.tsx'

/** What is asked about which member. */
export type AskedOf = { what: 'role' | 'disable' | 'enable'; member: MemberViewFragment }

/** Nobody is offered to take away their own rights: another administrator does that. */
export function MemberRow(props: { member: MemberViewFragment; ask: (asked: AskedOf) => void }): JSX.Element {
  const member = () => props.member
  const ask = (what: AskedOf['what']) => props.ask({ what, member: member() })
  return (
    <li class="row" classList={{ 'row--faded': member().disabledAt !== null }}>
      <Cell name="Name" bare>
        <span class="cluster">
          <span class="row__title">{member().name}</span>
          <Show when={member().you}>
            <Tag tone="accent">You</Tag>
          </Show>
          <Show when={member().disabledAt}>
            <Tag tone="bad">Disabled</Tag>
          </Show>
        </span>
        <span class="quiet small wrap-anywhere">{member().email ?? 'no e-mail address yet'}</span>
      </Cell>
      <Cell name="Role">{member().role.name}</Cell>
      <Cell name="Last seen">
        <Show when={member().lastSeenAt} fallback={<span class="quiet">never</span>}>
          {(at) => <Relative at={at()} />}
        </Show>
        <div class="quiet small">
          since <Exact at={member().createdAt} />
        </div>
      </Cell>
      <div class="row__buttons">
        <Show when={may('ADMINISTER') && !member().you}>
          <Show
            when={!member().disabledAt}
            fallback={
              <Button small onClick={() => ask('enable')} aria-label={`Enable ${member().name}`}>
                Enable
              </Button>
            }
          >
            <Button look="ghost" small onClick={() => ask('role')} aria-label={`Change the role of ${member().name}`}>
              Change role
            </Button>
            <Button look="ghost" small onClick={() => ask('disable')} aria-label={`Disable ${member().name}`}>
              Disable
            </Button>
          </Show>
        </Show>
      </div>
    </li>
  )
}
