import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { InvocationStatus } from '../../../sdk/generated/operations.ts'
import { STATUS_WORDS } from '../words.ts'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import './status.css'

export type Tone = 'quiet' | 'accent' | 'good' | 'bad' | 'warn' | 'plum'

/** A status by shape, word and colour, so that none of the three has to carry it alone. */
export function Status(props: { status: InvocationStatus }): JSX.Element {
  return (
    <span class={`status tone--${TONES[props.status]}`} data-status={props.status}>
      <StatusMark status={props.status} />
      {STATUS_WORDS[props.status]}
    </span>
  )
}

/** The shape alone, coloured; for places where the word is beside it. */
export function StatusMark(props: { status: InvocationStatus; size?: number }): JSX.Element {
  return (
    <Show
      when={props.status !== 'RUNNING'}
      fallback={<span class={`mark mark--running tone--${TONES.RUNNING}`} classList={{ 'mark--large': (props.size ?? 0) > 16 }} />}
    >
      <span class={`mark tone--${TONES[props.status]}`} classList={{ 'mark--large': (props.size ?? 0) > 16 }}>
        <Icon name={MARKS[props.status]} size={(props.size ?? 0) > 16 ? 20 : 12} />
      </span>
    </Show>
  )
}

/** A small label that is no status. */
export function Tag(props: { tone?: Tone; children: JSX.Element }): JSX.Element {
  return <span class={`tag tone--${props.tone ?? 'quiet'}`}>{props.children}</span>
}

export const TONES: Readonly<Record<InvocationStatus, Tone>> = {
  AWAITING_APPROVAL: 'warn',
  PENDING: 'quiet',
  RUNNING: 'accent',
  RETRYING: 'warn',
  SUCCEEDED: 'good',
  FAILED: 'bad',
  CANCELLED: 'quiet',
  MISSED: 'plum',
}

const MARKS: Readonly<Record<InvocationStatus, IconName>> = {
  AWAITING_APPROVAL: 'person',
  PENDING: 'clock',
  RUNNING: 'clock',
  RETRYING: 'retry',
  SUCCEEDED: 'check',
  FAILED: 'cross',
  CANCELLED: 'slash',
  MISSED: 'dash',
}
