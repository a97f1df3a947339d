import { A, useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { RoleViewFragment } from '../../../../sdk/generated/operations.ts'
import { RolesDocument } from '../../../../sdk/generated/operations.ts'
import { defaultRules, ownRules } from '../../access/matrix.ts'
import { RoleDialog } from '../../access/role-dialog.tsx'
import { LEVEL_WORDS } from '../../access/role-words.ts'
import { RULE_COLUMNS, RuleCells } from '../../access/rule-cells.tsx'
import { may } from '../../access/viewer.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createWhole } from '../../live/whole.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell, List } from '../../ui/list.tsx'
import { Tag } from '../../ui/status.tsx'
import { SettingsHead } from '../settings/tabs.tsx'

/** The matrix: what each role may do with every action, and the actions for which that is said apart. */
export function RolesPage(): JSX.Element {
  const client = useClient()
  const navigate = useNavigate()
  const roles = createWhole(() => ask(client, RolesDocument, {}, (data) => data.roles))
  const [adding, setAdding] = createSignal(false)
  const exceptions = createMemo(() => ownRules(roles.rows))
  return (
    <>
      <SettingsHead title="Roles" />
      <div class="stack stack--loose">
        <Card
          title="Roles"
          hint="What each may do with every action that says nothing else"
          actions={
            <Show when={may('ADMINISTER')}>
              <Button small icon="plus" onClick={() => setAdding(true)}>
                New role
              </Button>
            </Show>
          }
          flush
        >
          <List
            label="Roles"
            of={roles}
            grid="rules-grid list--halves"
            columns={['Role', ...RULE_COLUMNS]}
            empty={<EmptyFace icon="shield" title="No role" />}
          >
            {(role) => <RoleRow role={role} />}
          </List>
        </Card>
        <Show when={exceptions().length > 0}>
          <Card title="Actions with permissions of their own" flush>
            <div class="list rules-grid rules-grid--wide list--halves">
              <div class="list__head" aria-hidden="true">
                <For each={['Action', 'Role', ...RULE_COLUMNS]}>{(column) => <span>{column}</span>}</For>
              </div>
              <ul aria-label="Actions with permissions of their own">
                <For each={exceptions()}>
                  {({ action, role, rules }) => (
                    <li class="row">
                      <Cell name="Action" bare>
                        <A class="row__title clip whole-link" href={`/roles/${role.id}?action=${action.id}`}>
                          {action.name}
                        </A>
                      </Cell>
                      <Cell name="Role">{role.name}</Cell>
                      <RuleCells of={rules} />
                    </li>
                  )}
                </For>
              </ul>
            </div>
          </Card>
        </Show>
      </div>
      <Show when={adding()}>
        <RoleDialog close={() => setAdding(false)} saved={(role) => navigate(`/roles/${role.id}`)} />
      </Show>
    </>
  )
}

function RoleRow(props: { role: RoleViewFragment }): JSX.Element {
  const role = () => props.role
  return (
    <li class="row">
      <Cell name="Role" bare>
        <span class="cluster">
          <A class="row__title whole-link" href={`/roles/${role().id}`}>
            {role().name}
          </A>
          <Show when={role().breakGlass}>
            <Tag tone="warn">Break glass</Tag>
          </Show>
        </span>
        <span class="quiet small">
          {role().memberCount} {role().memberCount === 1 ? 'member' : 'members'}
          <Show when={!role().builtIn}>, based on {LEVEL_WORDS[role().level].name}</Show>
        </span>
      </Cell>
      <Show when={defaultRules(role())}>{(rules) => <RuleCells of={rules()} />}</Show>
    </li>
  )
}
