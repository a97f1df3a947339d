import { useSearchParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { createApprovalList } from '../../approval/list.ts'
import { APPROVAL_COLUMNS, ApprovalListRow } from '../../approval/row.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import '../settings/tabs.css'
import { TABS, type Tab, tabOf } from './tabs.ts'

/** The approvals of the project: those that wait for the viewer, those the viewer asked for, and those that are over. */
export function ApprovalsPage(): JSX.Element {
  const [params] = useSearchParams<{ tab: string }>()
  const tab = () => tabOf(params.tab)
  return (
    <>
      <PageHead title="Approvals" />
      <nav class="tabs" aria-label="Approvals">
        <For each={Object.entries(TABS) as [Tab, (typeof TABS)[Tab]][]}>
          {([key, { name }]) => (
            // The router takes the ways to one path for the same, whatever comes behind the question mark; so these are plain links.
            <a
              href={key === 'review' ? '/approvals' : `/approvals?tab=${key}`}
              class="tab"
              aria-current={tab() === key ? 'page' : undefined}
            >
              {name}
            </a>
          )}
        </For>
      </nav>
      <Show when={tab()} keyed>
        {(shown) => <Tabbed tab={shown} />}
      </Show>
    </>
  )
}

function Tabbed(props: { tab: Tab }): JSX.Element {
  const words = () => TABS[props.tab]
  const list = createApprovalList(() => words().filter)
  return (
    <Card flush>
      <List
        label={words().name}
        of={list}
        grid="approvals-grid"
        columns={props.tab === 'history' ? [...APPROVAL_COLUMNS.slice(0, -1), 'Decided'] : APPROVAL_COLUMNS}
        empty={
          <EmptyFace
            icon="approve"
            title={words().empty}
            action={
              <Show when={props.tab === 'requests'}>
                <LinkButton href="/actions">To the actions</LinkButton>
              </Show>
            }
          >
            {words().hint}
          </EmptyFace>
        }
      >
        {(row) => <ApprovalListRow row={row} />}
      </List>
    </Card>
  )
}
