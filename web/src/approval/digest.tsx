import type { JSX } from 'solid-js'
import { CopyButton } from '../ui/copy.tsx'
import './approval.css'
import { shortDigest } from './words.ts'

/** The digest of a request, short, with the whole of it to copy. */
export function Digest(props: { of: string }): JSX.Element {
  return (
    <span class="digest">
      <code title={props.of}>{shortDigest(props.of)}</code>
      <CopyButton text={props.of} label="Copy digest" />
    </span>
  )
}
