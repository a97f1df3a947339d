import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { EmptyFace } from '../../ui/faces.tsx'
import { Relative } from '../../ui/time.tsx'
import type { Stats } from './page.state.ts'

/** What failed most, by action and error; each leads to its invocations. */
export function Failures(props: { groups: Stats['topFailures'] }): JSX.Element {
  const most = () => Math.max(1, ...props.groups.map(({ count }) => count))
  return (
    <Show
      when={props.groups.length > 0}
      fallback={
        <EmptyFace icon="check" title="Nothing failed">
          In the last 24 hours every run that was sent has succeeded.
        </EmptyFace>
      }
    >
      <ol class="failures" aria-label="Failures of the last 24 hours">
        <For each={props.groups}>
          {(group) => (
            <li class="failures__one">
              <A
                class="failure"
                href={`/invocations?${new URLSearchParams({ status: 'FAILED', action: group.action.id, error: group.errorCode, since: '24h' })}`}
              >
                <span class="failure__what">
                  <span class="row__title clip">{group.action.name}</span>
                  <span class="quiet small mono clip">{group.errorCode}</span>
                </span>
                <span class="failure__bar" aria-hidden="true">
                  <i style={{ width: `${(group.count / most()) * 100}%` }} />
                </span>
                <b class="nums">{group.count.toLocaleString('en-GB')}×</b>
                <span class="quiet small failure__when">
                  <Relative at={group.lastAt} />
                </span>
              </A>
            </li>
          )}
        </For>
      </ol>
    </Show>
  )
}
