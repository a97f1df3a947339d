import type { JSX } from 'solid-js'
import { createMemo, Match, Show, Switch } from 'solid-js'
import { span } from '../../format.ts'
import { dateIn, nextClockChange } from '../../schedule/local-time.ts'
import { RunTable } from '../../schedule/run-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { now } from '../../ui/clock.ts'
import { Field, Input } from '../../ui/field.tsx'
import { Warnings } from '../../ui/warnings.tsx'
import type { Draft } from './draft.ts'
import type { Preview, PreviewState } from './preview.state.ts'

/** What the schedule will do, told by the same code that fires it. */
export function PreviewCard(props: { draft: Draft; preview: PreviewState }): JSX.Element {
  const recurring = () => props.draft.when === 'recurring'
  return (
    <Card title="Next runs">
      <div class="stack">
        <Show when={recurring()}>
          <LookAhead preview={props.preview} zone={props.draft.timezone} />
        </Show>
        <div aria-live="polite">
          <Switch>
            <Match when={props.draft.when === 'now'}>
              <p class="soft">It is sent once, as soon as you press “Send now”. You then watch its receipt.</p>
            </Match>
            <Match when={props.draft.when === 'demand'}>
              <p class="soft">
                It has no schedule. It runs when you press “Invoke now”, or when a program calls <code>invokeNow</code>.
              </p>
            </Match>
            <Match when={props.preview.failure()}>
              {(failure) => <p class="soft">{failure().field === undefined ? failure().message : 'None, until the schedule is right.'}</p>}
            </Match>
            <Match when={props.preview.preview()}>{(preview) => <Answer preview={preview()} draft={props.draft} />}</Match>
            <Match when={true}>
              <p class="quiet">…</p>
            </Match>
          </Switch>
        </div>
        <Show when={recurring() && (props.preview.preview()?.runs.length ?? 0) > 1}>
          <Button look="ghost" small onClick={() => props.preview.setMore(!props.preview.more())}>
            {props.preview.more() ? 'Show fewer' : 'Show more'}
          </Button>
        </Show>
      </div>
    </Card>
  )
}

function Answer(props: { preview: Preview; draft: Draft }): JSX.Element {
  const recurring = () => props.draft.when === 'recurring'
  const spread = () => (recurring() ? Number(props.draft.spreadSeconds) : 0)
  const known = () => props.preview.runs.some((run) => run.effectiveAt !== run.at)
  return (
    <div class="stack">
      <Show when={recurring()}>
        <p class="preview__words">{props.preview.description}</p>
      </Show>
      <Warnings of={props.preview.warnings} />
      <Show when={props.preview.runs.length > 0} fallback={<p class="soft">No run to come.</p>}>
        <RunTable runs={props.preview.runs} zone={props.draft.timezone} />
        <Show when={spread() > 0 && !known()}>
          <p class="soft">Each starts up to {span(spread() * 1000)} later; by how much shows once it is saved.</p>
        </Show>
      </Show>
    </div>
  )
}

/** From which day on the runs are shown, with a way to the day on which the clocks change. */
function LookAhead(props: { preview: PreviewState; zone: string }): JSX.Element {
  const today = createMemo(() => dateIn(props.zone, now()))
  /** The day before the change shows what is usual, the day itself what becomes of it. */
  const change = createMemo(() => {
    const at = nextClockChange(props.zone, Date.parse(`${today()}T00:00:00Z`))
    return at === undefined ? undefined : dayBefore(dateIn(props.zone, at))
  })
  return (
    <Field
      label="From"
      aside={
        <span class="preview__jump">
          <Show when={props.preview.fromDate()}>
            <Button look="ghost" small onClick={() => props.preview.setFromDate('')}>
              From now
            </Button>
          </Show>
          <Show when={change() !== undefined && change() !== props.preview.fromDate() && change()}>
            {(date) => (
              <Button look="ghost" small icon="clock" onClick={() => props.preview.setFromDate(date())}>
                Next clock change
              </Button>
            )}
          </Show>
        </span>
      }
    >
      {(wiring) => (
        <Input
          {...wiring}
          class="preview__from"
          type="date"
          min={today()}
          value={props.preview.fromDate() || today()}
          onInput={(event) => props.preview.setFromDate(event.currentTarget.value === today() ? '' : event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

const dayBefore = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
