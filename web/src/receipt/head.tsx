import type { JSX } from 'solid-js'
import { now } from '../ui/clock.ts'
import { StatusMark, TONES } from '../ui/status.tsx'
import { STATUS_WORDS } from '../words.ts'
import './head.css'
import { headline } from './headline.ts'
import type { ReceiptSource } from './source.ts'

/** The state of an invocation, large, with the sentence that explains it. */
export function ReceiptHead(props: { of: ReceiptSource }): JSX.Element {
  return (
    <div class={`receipt-head tone--${TONES[props.of.status]}`} data-status={props.of.status}>
      <StatusMark status={props.of.status} size={20} />
      <div>
        <p class="receipt-head__status" role="status">
          {STATUS_WORDS[props.of.status]}
        </p>
        <p class="soft nums wrap-anywhere">{headline(props.of, now())}</p>
      </div>
    </div>
  )
}
