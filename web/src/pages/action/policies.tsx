import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { span } from '../../format.ts'
import { CALENDAR_RULE_WORDS, CATCH_UP_WORDS, DST_WORDS, OVERLAP_WORDS } from '../../schedule/policy-words.ts'
import { Fact, Facts } from '../../ui/card.tsx'
import { Exact } from '../../ui/time.tsx'
import type { Action } from './page.state.ts'

/** Whether there is anything to tell of them: a single run has none but that its action may be deleted. */
export const hasPolicies = ({ kind, deleteAfterCompletion }: Action): boolean => kind === 'RECURRING' || deleteAfterCompletion

/** What narrows the schedule down, and what happens when runs meet, come late, or are enough. */
export function ActionPolicies(props: { action: Action }): JSX.Element {
  const recurring = () => props.action.kind === 'RECURRING'
  return (
    <Facts>
      <Show when={recurring()}>
        <Policy name="Overlap" of={OVERLAP_WORDS[props.action.overlapPolicy]} />
        <Policy name="Catch-up" of={CATCH_UP_WORDS[props.action.catchUp]} />
        <Show when={props.action.catchUp !== 'NONE'}>
          <Fact name="Catch-up window">{span(props.action.catchUpWindowSeconds * 1000)}</Fact>
        </Show>
      </Show>
      <Show when={props.action.maxRuns !== null}>
        <Fact name="Runs in all">
          {props.action.runsMade} of {props.action.maxRuns} made
        </Fact>
      </Show>
      <Show when={recurring() && props.action.schedule}>{(schedule) => <WindowPolicies schedule={schedule()} />}</Show>
      <Show when={props.action.deleteAfterCompletion}>
        <Fact name="Afterwards">The action is deleted when its run has ended.</Fact>
      </Show>
    </Facts>
  )
}

function WindowPolicies(props: { schedule: NonNullable<Action['schedule']> }): JSX.Element {
  return (
    <>
      <Show when={props.schedule.startAt}>
        {(at) => (
          <Fact name="From">
            <Exact at={at()} zone={props.schedule.timezone} />
          </Fact>
        )}
      </Show>
      <Show when={props.schedule.endAt}>
        {(at) => (
          <Fact name="Until">
            <Exact at={at()} zone={props.schedule.timezone} />
          </Fact>
        )}
      </Show>
      <Show when={props.schedule.calendar}>
        {(calendar) => (
          <Fact name="Calendar">
            {calendar().name}
            <div class="quiet small">{CALENDAR_RULE_WORDS[props.schedule.calendarRule ?? 'SKIP'].words}</div>
          </Fact>
        )}
      </Show>
      <Show when={props.schedule.cronExpression !== null}>
        <Policy name="Clock changes" of={DST_WORDS[props.schedule.dstPolicy]} />
      </Show>
      <Show when={props.schedule.spreadSeconds > 0}>
        <Fact name="Spread">
          Up to {span(props.schedule.spreadSeconds * 1000)}
          <div class="quiet small">Each run starts this much later at most, always by the same amount.</div>
        </Fact>
      </Show>
    </>
  )
}

function Policy(props: { name: string; of: { name: string; words: string } }): JSX.Element {
  return (
    <Fact name={props.name}>
      {props.of.name}
      <div class="quiet small">{props.of.words}</div>
    </Fact>
  )
}
