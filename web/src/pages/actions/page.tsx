import type { JSX } from 'solid-js'
import { lazy, Show, Suspense } from 'solid-js'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Segments } from '../../ui/field.tsx'
import { List } from '../../ui/list.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Search } from '../../ui/search.tsx'
import { createActionsState } from './page.state.ts'
import { ActionListRow } from './row.tsx'
import './page.css'

// Seen once: whoever has an action does not load it.
const FirstRun = lazy(async () => ({ default: (await import('./first-run.tsx')).FirstRun }))

export function ActionsPage(): JSX.Element {
  const state = createActionsState()
  const firstRun = () => state.actions.face() === 'empty' && !state.filtered()
  return (
    <>
      <PageHead
        title="Actions"
        actions={
          <Show when={!firstRun()}>
            <LinkButton href="/actions/new" look="primary" icon="plus">
              New action
            </LinkButton>
          </Show>
        }
      />
      <Show
        when={!firstRun()}
        fallback={
          <Suspense>
            <FirstRun />
          </Suspense>
        }
      >
        <div class="toolbar">
          <Search label="Search by name or key" value={state.text()} onSearch={state.setText} />
          <Segments label="Show" value={state.show()} options={SHOWN} onChange={state.setShow} />
        </div>
        <Card flush>
          <List
            label="Actions"
            of={state.actions}
            grid="actions-grid"
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
      </Show>
    </>
  )
}

const SHOWN = [
  ['ALL', 'All'],
  ['RECURRING', 'Recurring'],
  ['ONE_TIME', 'One-time'],
  ['ON_DEMAND', 'On demand'],
  ['PAUSED', 'Paused'],
] as const
