import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { ApprovalStageViewFragment, ApprovalVoteViewFragment } from '../../../sdk/generated/operations.ts'
import { Icon } from '../ui/icon.tsx'
import { Relative } from '../ui/time.tsx'
import './approval.css'
import { approverWords, VOID_WORDS } from './words.ts'

/** Who has to agree, in turn, and who has decided so far. */
export function Stages(props: { of: ApprovalStageViewFragment[]; votes: ApprovalVoteViewFragment[] }): JSX.Element {
  return (
    <ol class="stages" aria-label="Stages">
      <For each={props.of}>
        {(stage, index) => {
          const done = () => stage.approvedCount >= stage.required
          return (
            <li class="stage" classList={{ 'stage--done': done() }} aria-current={stage.current ? 'step' : undefined}>
              <div class="stage__head">
                <span class="stage__mark">
                  <Show when={done()} fallback={index() + 1}>
                    <Icon name="check" size={12} />
                  </Show>
                </span>
                <b>{approverWords(stage.role)}</b>
                <span class="soft nums stage__count">
                  {stage.approvedCount} of {stage.required}
                </span>
              </div>
              <Votes of={props.votes.filter((vote) => vote.stage === index())} />
            </li>
          )
        }}
      </For>
    </ol>
  )
}

function Votes(props: { of: ApprovalVoteViewFragment[] }): JSX.Element {
  return (
    <Show when={props.of.length > 0}>
      <ul class="votes">
        <For each={props.of}>
          {(vote) => (
            <li class="vote" classList={{ 'vote--void': vote.voidedAt !== null }}>
              <span class={`mark tone--${vote.voidedAt ? 'quiet' : vote.decision === 'APPROVE' ? 'good' : 'bad'}`}>
                <Icon name={vote.decision === 'APPROVE' ? 'check' : 'cross'} size={12} />
              </span>
              <div>
                <p>
                  <span class="vote__who">
                    {vote.member.name} {vote.decision === 'APPROVE' ? 'approved' : 'rejected'}
                  </span>{' '}
                  <span class="quiet small">
                    <Relative at={vote.at} />
                  </span>
                </p>
                <Show when={vote.comment}>
                  <p class="soft wrap-anywhere">“{vote.comment}”</p>
                </Show>
                <Show when={vote.voidReason}>{(reason) => <p class="quiet small">{VOID_WORDS[reason()]}</p>}</Show>
              </div>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
