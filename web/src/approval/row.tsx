import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { Cell } from '../ui/list.tsx'
import { Tag } from '../ui/status.tsx'
import { Moment, Relative } from '../ui/time.tsx'
import { TRIGGER_WORDS } from '../words.ts'
import './approval.css'
import type { ApprovalRow } from './list.ts'
import './row.css'
import { ApprovalTag } from './tag.tsx'
import { TimeLeft } from './time-left.tsx'
import { progress } from './words.ts'

export const APPROVAL_COLUMNS = ['Status', 'Action', 'Asked by', 'Asked', 'Approvals', 'Time left']

/** One approval in a list. */
export function ApprovalListRow(props: { row: ApprovalRow }): JSX.Element {
  const row = () => props.row
  const count = () => progress(row().stages)
  return (
    <li class="row" data-row={row().id}>
      <Cell name="Status" bare>
        <A href={`/approvals/${row().id}`} class="whole-link" aria-label={`${row().action.name}, ${row().status.toLowerCase()}`}>
          <ApprovalTag status={row().status} />
        </A>
      </Cell>
      <Cell name="Action" bare class="approvals-grid__what">
        <span class="row__title clip">{row().action.name}</span>
        <span class="quiet small clip">{what(row())}</span>
      </Cell>
      <Cell name="Asked by">
        <span class="clip">{row().requester.name}</span>
      </Cell>
      <Cell name="Asked">
        <Moment at={row().requestedAt} />
      </Cell>
      <Cell name="Approvals">
        <Switch
          fallback={
            <span class="soft nums">
              {count().given} of {count().needed}
            </span>
          }
        >
          <Match when={row().breakGlassReason}>
            <Tag tone="bad">Break-glass</Tag>
          </Match>
          <Match when={row().usedGrants.length > 0}>
            <Tag>In advance</Tag>
          </Match>
        </Switch>
      </Cell>
      <Cell name={row().status === 'PENDING' ? 'Time left' : 'Decided'}>
        <Show when={row().status === 'PENDING'} fallback={<Show when={row().decidedAt}>{(at) => <Relative at={at()} />}</Show>}>
          <TimeLeft until={row().expiresAt} bare />
        </Show>
      </Cell>
    </li>
  )
}

function what({ invocation }: ApprovalRow): string {
  const record = invocation.record ? ` · ${invocation.record.type} ${invocation.record.id}` : ''
  return `${TRIGGER_WORDS[invocation.trigger]}${record}`
}
