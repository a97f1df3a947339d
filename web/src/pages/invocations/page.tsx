import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { InvocationStatus } from '../../../../sdk/generated/operations.ts'
import { INVOCATION_COLUMNS, InvocationListRow } from '../../invocation-list/row.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Select } from '../../ui/field.tsx'
import { List } from '../../ui/list.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { StatusMark, TONES } from '../../ui/status.tsx'
import { STATUS_WORDS } from '../../words.ts'
import './page.css'
import { createInvocationsState } from './page.state.ts'

export function InvocationsPage(): JSX.Element {
  const state = createInvocationsState()
  return (
    <>
      <PageHead title="Invocations" />
      <fieldset class="toolbar" aria-label="Show only">
        <For each={CHIPS}>
          {(status) => (
            <button
              type="button"
              class={`chip tone--${TONES[status]}`}
              aria-pressed={state.statuses().includes(status)}
              onClick={() => state.toggle(status)}
            >
              <StatusMark status={status} />
              {STATUS_WORDS[status]}
            </button>
          )}
        </For>
        <Select
          class="action-filter"
          aria-label="Action"
          value={state.action() ?? ''}
          options={state.actions()}
          onChange={(event) => state.setAction(event.currentTarget.value)}
        />
        <Show when={state.filtered()}>
          <Button look="ghost" small icon="cross" onClick={state.clear}>
            Clear
          </Button>
        </Show>
        <LoadFailure what="The list of actions" of={state.names} />
      </fieldset>
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
                  None is of this action or has one of these statuses right now. One that does will appear here by itself.
                </EmptyFace>
              }
            >
              <EmptyFace icon="runs" title="Nothing has run yet" action={<LinkButton href="/">To the actions</LinkButton>}>
                Each run of an action appears here the moment it begins.
              </EmptyFace>
            </Show>
          }
        >
          {(row) => <InvocationListRow row={row} />}
        </List>
      </Card>
    </>
  )
}

const CHIPS: readonly InvocationStatus[] = ['RUNNING', 'RETRYING', 'PENDING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'MISSED']
