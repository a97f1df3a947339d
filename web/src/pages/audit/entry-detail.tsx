import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { DifferenceLines } from '../../approval/difference-lines.tsx'
import { Digest } from '../../approval/digest.tsx'
import { RecordFact } from '../../run/record-fact.tsx'
import { Fact, Facts } from '../../ui/card.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import { Full } from '../../ui/time.tsx'
import type { AuditEntry } from './page.state.ts'

/** All that is kept of an entry, with its place in the chain. */
export function EntryDetail(props: { of: AuditEntry }): JSX.Element {
  const it = () => props.of
  const text = (value: unknown) => (value == null ? null : JSON.stringify(value))
  return (
    <div class="audit-detail">
      <div class="stack">
        <Show when={it().before != null || it().after != null}>
          <div>
            <p class="quiet small">Before and after</p>
            <DifferenceLines before={text(it().before)} after={text(it().after)} label="Before and after" />
          </div>
        </Show>
        <Show when={text(it().data)} fallback={<NoData of={it()} />}>
          {(data) => <CodeView text={data()} label="Data" />}
        </Show>
      </div>
      <Facts>
        <Fact name="When">
          <Full at={it().at} />
        </Fact>
        <Fact name="Who">
          {it().actorName ?? it().actor.name}
          <Show when={it().onBehalfOf}>{(person) => <div class="quiet small">on behalf of {person().name}</div>}</Show>
          <Show when={it().actor.id}>
            {(id) => (
              <div>
                <code class="quiet">{id()}</code>
              </div>
            )}
          </Show>
        </Fact>
        <Show when={it().ip}>
          {(ip) => (
            <Fact name="From">
              <code>{ip()}</code>
            </Fact>
          )}
        </Show>
        <Show when={it().objectId}>
          {(id) => (
            <Fact name={it().objectType ? words(it().objectType!) : 'Object'}>
              <code>{id()}</code>
            </Fact>
          )}
        </Show>
        <Show when={it().action}>
          {(action) => (
            <Fact name="Action">
              <A class="link" href={`/actions/${action().id}`}>
                {action().name}
              </A>
            </Fact>
          )}
        </Show>
        <Show when={it().invocation}>
          {(invocation) => (
            <Fact name="Invocation">
              <A class="link" href={`/invocations/${invocation().id}`}>
                <code>{invocation().id}</code>
              </A>
            </Fact>
          )}
        </Show>
        <RecordFact of={it().record} />
        <Fact name="Chain">
          <code>{it().chain}</code>
          <div class="quiet small nums">number {it().seq}</div>
        </Fact>
        <Fact name="Hash">
          <Digest of={it().hash} />
        </Fact>
        <Fact name="Id">
          <code>{it().id}</code>
        </Fact>
      </Facts>
    </div>
  )
}

function NoData(props: { of: AuditEntry }): JSX.Element {
  return (
    <Show when={props.of.before == null && props.of.after == null}>
      <p class="quiet small">No data belongs to it.</p>
    </Show>
  )
}

/** `apiToken` as `Api token`. */
const words = (name: string): string => {
  const spaced = name.replace(/[_-]|(?=[A-Z])/g, ' ').toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
