import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { duration, span } from '../format.ts'
import { now } from '../ui/clock.ts'
import { Cell } from '../ui/list.tsx'
import { Status } from '../ui/status.tsx'
import { Moment } from '../ui/time.tsx'
import { REASON_NAMES, REASON_WORDS, TRIGGER_WORDS } from '../words.ts'
import './row.css'
import type { InvocationRow } from './state.ts'
import { timeOf } from './state.ts'

export const INVOCATION_COLUMNS = ['Status', 'Action', 'When', 'Result', 'Took']
export const ACTION_INVOCATION_COLUMNS = ['Status', 'Why', 'When', 'Result', 'Took']

/** One invocation in a list. `within` an action the second column says why it ran, since its name is known. */
export function InvocationListRow(props: { row: InvocationRow; within?: boolean }): JSX.Element {
  const row = () => props.row
  const fresh = Date.now() - Date.parse(row().createdAt) < FRESH_MS
  return (
    <li class="row" classList={{ 'row--new': fresh }} data-invocation={row().id}>
      <Cell name="Status" bare>
        <A href={`/invocations/${row().id}`} class="whole-link" aria-label={`${row().action.name}, ${row().status.toLowerCase()}`}>
          <Status status={row().status} />
        </A>
      </Cell>
      <Cell name={props.within ? 'Why' : 'Action'} bare class="runs-grid__what">
        <Show when={!props.within} fallback={<span class="clip">{why(row())}</span>}>
          <span class="row__title clip">{row().action.name}</span>
          <span class="quiet small clip">{why(row())}</span>
        </Show>
      </Cell>
      <Cell name="When">
        <Moment at={timeOf(row())} />
      </Cell>
      <Cell name="Result">
        <Result row={row()} />
      </Cell>
      <Cell name="Took" class={`runs-grid__took ${took(row(), now()) ? '' : 'cell--empty'}`}>
        <span class="nums soft">{took(row(), now())}</span>
        <Show when={row().attemptCount > 1}>
          <span class="quiet small clip nums">{row().attemptCount} attempts</span>
        </Show>
      </Cell>
    </li>
  )
}

/** A row made this recently is one that has just arrived. */
const FRESH_MS = 4_000

function Result(props: { row: InvocationRow }): JSX.Element {
  return (
    <Switch fallback={<span class="quiet">–</span>}>
      <Match when={props.row.status === 'RETRYING' && props.row.nextRetryAt}>
        {(at) => <span class="soft nums">next try {Date.parse(at()) > now() ? `in ${span(Date.parse(at()) - now())}` : 'now'}</span>}
      </Match>
      <Match when={props.row.statusReason}>
        {(reason) => (
          <span class="moment" title={props.row.statusText ?? REASON_WORDS[reason()]}>
            <span class="soft clip">{REASON_NAMES[reason()]}</span>
            <Show when={props.row.missedCount}>
              {(count) => <span class="quiet small clip nums">and {count().toLocaleString('en-GB')} more</span>}
            </Show>
          </span>
        )}
      </Match>
      <Match when={props.row.error}>
        {(error) => (
          <span class="soft clip" title={error().message}>
            {error().responseCode ?? error().code}
            <span class="quiet"> · {error().message}</span>
          </span>
        )}
      </Match>
      <Match when={props.row.responseCode}>{(code) => <span class="soft nums">{code()}</span>}</Match>
    </Switch>
  )
}

function took(row: InvocationRow, now: number): string {
  if (row.durationMs !== null) return duration(row.durationMs)
  return row.status === 'RUNNING' && row.startedAt ? span(now - Date.parse(row.startedAt)) : ''
}

function why(row: InvocationRow): string {
  const record = row.record ? ` · ${row.record.type} ${row.record.id}` : ''
  return `${TRIGGER_WORDS[row.trigger]}${row.actor.kind === 'SYSTEM' ? '' : `, ${row.actor.name}`}${record}`
}
