import type { JSX } from 'solid-js'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Segments } from '../../ui/field.tsx'
import { List } from '../../ui/list.tsx'
import { Search } from '../../ui/search.tsx'
import { createActionsState } from './page.state.ts'
import { PageOrFirstRun } from './page-or-first-run.tsx'
import { ActionListRow } from './row.tsx'
import './page.css'

export function ActionsPage(): JSX.Element {
  const state = createActionsState()
  const firstRun = () => state.actions.face() === 'empty' && !state.filtered()
  return (
    <PageOrFirstRun title="Actions" firstRun={firstRun()}>
      <div class="toolbar">
        <Search label="Search by name or key" value={state.text()} onSearch={state.setText} />
        <Segments label="Show" value={state.show()} options={SHOWN} onChange={state.setShow} />
      </div>
      <Card flush>
        <List
          label="Actions"
          of={state.actions}
          grid="actions-grid list--halves"
          columns={['Action', 'Schedule', 'Next run', 'Last result', '']}
          empty={
            <EmptyFace icon="search" title="No action matches">
              Search looks at names and keys. Try fewer letters or another kind.
            </EmptyFace>
          }
        >
          {(row) => <ActionListRow row={row} patch={state.actions.patch} />}
        </List>
      </Card>
    </PageOrFirstRun>
  )
}

const SHOWN = [
  ['ALL', 'All'],
  ['RECURRING', 'Recurring'],
  ['ONE_TIME', 'One-time'],
  ['ON_DEMAND', 'On demand'],
  ['PAUSED', 'Paused'],
] as const
