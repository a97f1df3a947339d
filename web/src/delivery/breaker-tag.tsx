import type { JSX } from 'solid-js'
import type { BreakerState } from '../../../sdk/generated/operations.ts'
import type { Tone } from '../ui/status.tsx'
import { Tag } from '../ui/status.tsx'
import { BREAKER_NAMES } from './breaker-words.ts'

const TONES: Readonly<Record<BreakerState, Tone>> = { CLOSED: 'good', OPEN: 'bad', HALF_OPEN: 'warn' }

export function BreakerTag(props: { state: BreakerState; enabled?: boolean }): JSX.Element {
  const off = () => props.enabled === false && props.state === 'CLOSED'
  return <Tag tone={off() ? 'quiet' : TONES[props.state]}>{off() ? 'No circuit breaker' : BREAKER_NAMES[props.state]}</Tag>
}
