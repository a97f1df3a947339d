import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { ActionPermissionsDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient } from '../live/live.tsx'
import { createWhole } from '../live/whole.ts'
import { Card } from '../ui/card.tsx'
import { EmptyFace } from '../ui/faces.tsx'
import { Cell, List } from '../ui/list.tsx'
import { RULE_COLUMNS, RuleCells } from './rule-cells.tsx'

/** Who may do what with one action: each role, by the default or by what is said for the action. */
export function ActionPermissionsCard(props: { actionId: string }): JSX.Element {
  const client = useClient()
  const permissions = createWhole(() =>
    ask(client, ActionPermissionsDocument, { id: props.actionId }, (data) => data.action?.permissions ?? []),
  )
  return (
    <Card title="Permissions" hint="Who may do what with it" flush>
      <List
        label="Permissions"
        of={permissions}
        grid="rules-grid list--halves"
        columns={['Role', ...RULE_COLUMNS]}
        empty={<EmptyFace icon="shield" title="No role" />}
      >
        {(each) => (
          <li class="row">
            <Cell name="Role" bare>
              <A class="row__title whole-link" href={`/roles/${each.role.id}?action=${props.actionId}`}>
                {each.role.name}
              </A>
              <Show when={!each.inherited}>
                <div class="quiet small">its own</div>
              </Show>
            </Cell>
            <RuleCells of={each} />
          </li>
        )}
      </List>
    </Card>
  )
}
