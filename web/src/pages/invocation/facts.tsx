import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { browserZone, duration } from '../../format.ts'
import { fromInvocation } from '../../receipt/source.ts'
import { lag } from '../../receipt/steps.ts'
import { RecordFact } from '../../run/record-fact.tsx'
import { scheduleWords } from '../../schedule-words.ts'
import { Fact, Facts } from '../../ui/card.tsx'
import { Status } from '../../ui/status.tsx'
import { Exact, Full, Moment } from '../../ui/time.tsx'
import { KIND_WORDS, TRIGGER_WORDS } from '../../words.ts'
import type { Invocation } from './page.state.ts'

export function InvocationFacts(props: { invocation: Invocation }): JSX.Element {
  const it = () => props.invocation
  return (
    <Facts>
      <Fact name="Action">
        <Show when={it().action.allowedOperations.length > 0} fallback={`${it().action.name} (deleted)`}>
          <A class="link" href={`/actions/${it().action.id}`}>
            {it().action.name}
          </A>
        </Show>
        <div class="quiet small">{scheduleLine(it())}</div>
      </Fact>
      <Fact name="Started by">
        {TRIGGER_WORDS[it().trigger]}
        <Show when={it().actor.kind !== 'SYSTEM'}>
          <div class="quiet small">{it().actor.name}</div>
        </Show>
      </Fact>
      <Show when={it().scheduledFor}>
        {(at) => (
          <Fact name="Due">
            <Moment at={at()} zone={it().action.schedule?.timezone} />
          </Fact>
        )}
      </Show>
      <Show when={it().statusText}>{(words) => <Fact name="Why">{words()}</Fact>}</Show>
      <Show when={it().startedAt}>
        {(at) => (
          <Fact name="Started">
            <Full at={at()} />
            <Show when={lag(fromInvocation(it()))}>{(words) => <div class="quiet small">{words()}</div>}</Show>
          </Fact>
        )}
      </Show>
      <Show when={it().durationMs !== null}>
        <Fact name="Took">{duration(it().durationMs ?? 0)} in all</Fact>
      </Show>
      <Fact name="Attempts">
        {it().attemptCount} of at most {it().maxAttempts}
      </Fact>
      <RecordFact of={it().record} />
      <Show when={it().retryOf}>
        {(first) => (
          <Fact name="Retry of">
            <A class="cluster" href={`/invocations/${first().id}`}>
              <Status status={first().status} />
              <span class="link">
                <Exact at={first().runAt} />
              </span>
            </A>
          </Fact>
        )}
      </Show>
      <Fact name="Id">
        <code>{it().id}</code>
      </Fact>
    </Facts>
  )
}

function scheduleLine({ action }: Invocation): string {
  if (!action.schedule) return KIND_WORDS[action.kind]
  const { main, detail } = scheduleWords(action.schedule, browserZone())
  return `${main} · ${detail}`
}
