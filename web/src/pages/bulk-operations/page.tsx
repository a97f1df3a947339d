import type { JSX } from 'solid-js'
import { createEffect, on } from 'solid-js'
import { BulkOperationsDocument } from '../../../../sdk/generated/operations.ts'
import { BulkProgress } from '../../bulk/progress.tsx'
import type { Bulk } from '../../bulk/state.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { now } from '../../ui/clock.ts'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import './page.css'

const PAGE_SIZE = 50

/** All bulk operations, newest first; those under way can be stopped. */
export function BulkOperationsPage(): JSX.Element {
  const client = useClient()
  const operations = createPaged<Bulk, undefined>(
    () => undefined,
    (_, after) => ask(client, BulkOperationsDocument, { first: PAGE_SIZE, after }, (data) => data.bulkOperations),
    ({ createdAt }) => Date.parse(createdAt),
  )
  createEffect(
    on(
      now,
      () => {
        if (!document.hidden && operations.rows.length <= PAGE_SIZE && operations.rows.some(({ status }) => status === 'RUNNING'))
          void operations.reload()
      },
      { defer: true },
    ),
  )
  return (
    <>
      <PageHead title="Bulk operations" back={{ href: '/invocations', words: 'Invocations' }} />
      <Card flush>
        <List
          label="Bulk operations"
          of={operations}
          grid="bulk-grid"
          columns={[]}
          empty={
            <EmptyFace
              icon="retry"
              title="No bulk operation yet"
              action={<LinkButton href="/invocations?status=FAILED">To what failed</LinkButton>}
            >
              Filter the invocations, then retry or cancel all that match.
            </EmptyFace>
          }
        >
          {(operation) => (
            <li class="bulk-grid__row">
              <BulkProgress of={operation} changed={operations.reload} />
            </li>
          )}
        </List>
      </Card>
    </>
  )
}
