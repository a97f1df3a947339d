import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { INVOCATION_COLUMNS, InvocationListRow } from '../../invocation-list/row.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { FilterBar } from './filter-bar.tsx'
import './page.css'
import { createInvocationsState } from './page.state.ts'

export function InvocationsPage(): JSX.Element {
  const state = createInvocationsState()
  return (
    <>
      <PageHead
        title="Invocations"
        actions={
          <LinkButton href="/invocations/bulk" look="ghost">
            Bulk operations
          </LinkButton>
        }
      />
      <FilterBar state={state} />
      <div class="stack">
        <BulkBar state={state} />
        <Card flush>
          <List
            label="Invocations"
            of={state.invocations}
            grid="runs-grid"
            columns={INVOCATION_COLUMNS}
            empty={
              <Show
                when={!state.filtered()}
                fallback={
                  <EmptyFace icon="search" title="No invocation matches" action={<Button onClick={state.clear}>Show all</Button>}>
                    None fits this filter right now. One that does will appear here by itself.
                  </EmptyFace>
                }
              >
                <EmptyFace icon="runs" title="Nothing has run yet" action={<LinkButton href="/actions">To the actions</LinkButton>}>
                  Each run of an action appears here the moment it begins.
                </EmptyFace>
              </Show>
            }
          >
            {(row) => <InvocationListRow row={row} />}
          </List>
        </Card>
      </div>
    </>
  )
}
