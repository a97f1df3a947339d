import type { JSX } from 'solid-js'
import { CopyButton } from '../ui/copy.tsx'
import './delivery.css'

/** A text that one takes elsewhere, with a button that copies it. */
export function CopyLine(props: { text: string; label: string }): JSX.Element {
  return (
    <div class="delivery-copy">
      <code>{props.text}</code>
      <CopyButton text={props.text} label={props.label} />
    </div>
  )
}
