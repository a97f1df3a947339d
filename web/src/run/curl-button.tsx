import type { JSX } from 'solid-js'
import type { RequestDetailFragment } from '../../../sdk/generated/operations.ts'
import { CopyButton } from '../ui/copy.tsx'
import { curlCommand } from './curl.ts'

/** Copies a request as a command for a shell. */
export function CurlButton(props: { of: RequestDetailFragment }): JSX.Element {
  return <CopyButton small text={curlCommand(props.of)} label="Copy as curl" words="Copy as curl" />
}
