import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { span } from '../../format.ts'
import { CalendarDialog } from '../../schedule/calendar-dialog.tsx'
import { CALENDAR_RULE_WORDS, DST_WORDS } from '../../schedule/policy-words.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { More } from '../../ui/more.tsx'
import { optionsOf } from '../../ui/options.ts'
import type { FormState } from './page.state.ts'
import { namesLocalTimes } from './schedule-draft.ts'

/** What narrows a recurring schedule down: its window, excluded days, clock changes and spread. */
export function WindowFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const used = () => summary(form)
  return (
    <More
      title={namesLocalTimes(form.draft) ? 'Window, calendar, clock changes and spread' : 'Window, calendar and spread'}
      summary={used() || 'none'}
      open={used() !== '' || hasMistake(form)}
    >
      <div class="when__line">
        <Field label="From" optional error={form.mistakes().startAt} hint="No run before this; what lies in the past is not made up for.">
          {(wiring) => (
            <Input
              {...wiring}
              type="datetime-local"
              value={form.draft.startAt}
              onInput={(event) => form.set('startAt', event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Until" optional error={form.mistakes().endAt} hint="No run after this; one at this very time still takes place.">
          {(wiring) => (
            <Input
              {...wiring}
              type="datetime-local"
              value={form.draft.endAt}
              onInput={(event) => form.set('endAt', event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <CalendarField form={form} />
      <Show when={form.draft.calendarId}>
        <Choice
          label="On an excluded day"
          value={form.draft.calendarRule}
          words={CALENDAR_RULE_WORDS}
          onChange={(rule) => form.set('calendarRule', rule, 'calendarId')}
        />
      </Show>
      <Show when={namesLocalTimes(form.draft)}>
        <Choice
          label="When the clocks change"
          value={form.draft.dstPolicy}
          words={DST_WORDS}
          error={form.mistakes().dstPolicy}
          onChange={(policy) => form.set('dstPolicy', policy)}
        />
      </Show>
      <div class="when__line">
        <Field
          label="Spread"
          error={form.mistakes().spreadSeconds}
          hint="Each run starts this much later at most, always by the same amount, so that many actions due at once do not all call at once."
        >
          {(wiring) => (
            <Select
              {...wiring}
              class="when__pick"
              value={form.draft.spreadSeconds}
              options={lengths(SPREADS, form.draft.spreadSeconds, 'None')}
              onChange={(event) => form.set('spreadSeconds', event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
    </More>
  )
}

function CalendarField(props: { form: FormState }): JSX.Element {
  const { form } = props
  const [adding, setAdding] = createSignal(false)
  return (
    <>
      <Field
        label="Calendar of excluded days"
        error={form.mistakes().calendarId}
        aside={
          <Button look="ghost" small icon="plus" onClick={() => setAdding(true)}>
            Add a calendar
          </Button>
        }
      >
        {(wiring) => (
          <Select
            {...wiring}
            value={form.draft.calendarId}
            options={[['', 'None: it runs on every day of its schedule'], ...optionsOf(form.calendars.rows, form.held?.schedule?.calendar)]}
            onChange={(event) => form.set('calendarId', event.currentTarget.value)}
          />
        )}
      </Field>
      <LoadFailure what="The calendars" of={form.calendars} />
      <CalendarDialog
        open={adding()}
        close={() => setAdding(false)}
        saved={(calendar) => {
          form.calendars.insert(calendar)
          form.set('calendarId', calendar.id)
        }}
      />
    </>
  )
}

/** Lengths of time to choose from, seconds; one that is not among them is offered too. `none` is the word for zero. */
export function lengths(usual: readonly number[], held: string, none?: string): (readonly [string, string])[] {
  const all = [...new Set([...usual, Number(held)])].sort((a, b) => a - b)
  return all.map((seconds) => [String(seconds), seconds === 0 && none ? none : span(seconds * 1000)] as const)
}

const SPREADS = [0, 10, 30, 60, 300, 900, 3600]

const hasMistake = ({ mistakes }: FormState): boolean =>
  (['startAt', 'endAt', 'calendarId', 'dstPolicy', 'spreadSeconds'] as const).some((field) => mistakes()[field])

function summary({ draft }: FormState): string {
  const parts = [
    draft.startAt || draft.endAt ? 'window' : '',
    draft.calendarId ? 'calendar' : '',
    namesLocalTimes(draft) && draft.dstPolicy === 'LITERAL' ? 'literal clock changes' : '',
    draft.spreadSeconds === '0' ? '' : `spread ${span(Number(draft.spreadSeconds) * 1000)}`,
  ]
  return parts.filter(Boolean).join(', ')
}
