import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { Fact, Facts } from '../ui/card.tsx'
import { Exact, Moment, Relative } from '../ui/time.tsx'
import type { Decided } from './decision.tsx'
import { Digest } from './digest.tsx'
import { grantWords } from './grant-words.ts'
import { TimeLeft } from './time-left.tsx'

/** Who asked, until when, and about which request. */
export function ApprovalFacts(props: { of: Decided }): JSX.Element {
  const it = () => props.of.approval
  return (
    <Facts>
      <Fact name="Asked by">
        {it().requester.name}
        <div class="quiet small">
          <Relative at={it().requestedAt} />
        </div>
      </Fact>
      <Show
        when={it().status === 'PENDING'}
        fallback={
          <Show when={it().decidedAt}>
            {(at) => (
              <Fact name="Decided">
                <Moment at={at()} />
              </Fact>
            )}
          </Show>
        }
      >
        <Fact name="Expires">
          <TimeLeft until={it().expiresAt} />
          <div class="quiet small">
            <Exact at={it().expiresAt} />
          </div>
        </Fact>
      </Show>
      <Show when={it().notifiedAt}>
        {(at) => (
          <Fact name="Notified">
            <Moment at={at()} />
          </Fact>
        )}
      </Show>
      <Show when={it().escalatedAt}>
        {(at) => (
          <Fact name="Escalated">
            <Moment at={at()} />
          </Fact>
        )}
      </Show>
      <For each={it().usedGrants}>
        {(grant) => (
          <Fact name="Standing grant">
            Given by {grant.createdBy.name}
            <div class="quiet small">{grantWords(grant)}</div>
          </Fact>
        )}
      </For>
      <Show when={it().breakGlassReason}>
        {(reason) => (
          <Fact name="Break-glass">
            <span class="tag tone--bad">Run without approval</span>
            <div class="wrap-anywhere">“{reason()}”</div>
          </Fact>
        )}
      </Show>
      <Fact name="Digest">
        <Digest of={it().digest} />
      </Fact>
    </Facts>
  )
}
