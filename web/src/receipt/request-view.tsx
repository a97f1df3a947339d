import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { RequestDetailFragment } from '../../../sdk/generated/operations.ts'
import { CurlButton } from '../run/curl-button.tsx'
import { CodeView } from '../ui/code-view.tsx'
import { HeaderLines } from './headers.tsx'
import './request-view.css'

/** The request as it is sent. */
export function RequestView(props: { of: RequestDetailFragment }): JSX.Element {
  return (
    <div class="stack">
      <p class="request-line mono">
        <b>{props.of.method}</b> <span class="wrap-anywhere">{props.of.url}</span>
      </p>
      <HeaderLines of={props.of.headers} label="Headers" />
      <Show when={props.of.body} fallback={<p class="quiet small">No body.</p>}>
        {(body) => <CodeView text={body()} label="Body" />}
      </Show>
      <div class="request-foot">
        <p class="quiet small">Given up after {props.of.timeoutSeconds} s without a whole answer.</p>
        <CurlButton of={props.of} />
      </div>
    </div>
  )
}
