import type { JSX } from 'solid-js'
import type { ApprovalStatus } from '../../../sdk/generated/operations.ts'
import { Icon } from '../ui/icon.tsx'
import '../ui/status.css'
import { APPROVAL_WORDS } from './words.ts'

/** What became of an approval, by shape, word and colour. */
export function ApprovalTag(props: { status: ApprovalStatus }): JSX.Element {
  const words = () => APPROVAL_WORDS[props.status]
  return (
    <span class={`status tone--${words().tone}`} data-approval={props.status}>
      <span class="mark">
        <Icon name={words().icon} size={12} />
      </span>
      {words().short ?? words().name}
    </span>
  )
}
