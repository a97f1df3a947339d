import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { TrialRunFragment } from '../../../sdk/generated/operations.ts'
import { Relative } from '../ui/time.tsx'
import './rules.css'

/** A past run that something is tried on; `children` is what came of it, `why` the reason. */
export function TrialRunLine(props: { run: TrialRunFragment; why?: string | null; children: JSX.Element }): JSX.Element {
  return (
    <li class="trial__row">
      {props.children}
      <A class="link clip" href={`/invocations/${props.run.id}`}>
        {props.run.action?.name ?? 'Sent request'}
      </A>
      <span class="quiet small">
        <Relative at={props.run.runAt} />
      </span>
      <Show when={props.why}>{(why) => <span class="trial__why">{why()}</span>}</Show>
    </li>
  )
}
