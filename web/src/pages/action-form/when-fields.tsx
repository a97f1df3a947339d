import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { browserZone, exact, localToRfc3339 } from '../../format.ts'
import { Field, Input, Segments, Select } from '../../ui/field.tsx'
import type { When } from './draft.ts'
import type { FormState } from './page.state.ts'
import type { Rhythm } from './rhythm.ts'
import { cronOf, MONTH_DAYS, PRESETS, WEEKDAYS } from './rhythm.ts'
import { ZonePicker } from './zone-picker.tsx'

const WHENS: readonly (readonly [When, string])[] = [
  ['recurring', 'Recurring'],
  ['once', 'Once'],
  ['demand', 'On demand'],
  ['now', 'Right now'],
]

export function WhenFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const at = () => Date.parse(localToRfc3339(form.draft.onceAt))
  return (
    <div class="stack">
      <Segments
        label="When"
        value={form.draft.when}
        options={form.editing ? WHENS.filter(([when]) => when !== 'now') : WHENS}
        onChange={(when) => form.set('when', when)}
      />
      <Switch>
        <Match when={form.draft.when === 'recurring'}>
          <RecurringFields form={form} />
        </Match>
        <Match when={form.draft.when === 'once'}>
          <Field
            label={`Date and time in ${browserZone()}`}
            error={form.mistakes().scheduledAt}
            hint={Number.isNaN(at()) ? undefined : `${exact(at(), browserZone())}, which is ${exact(at(), 'UTC')}`}
          >
            {(wiring) => (
              <Input
                {...wiring}
                class="when__once"
                type="datetime-local"
                value={form.draft.onceAt}
                onInput={(event) => form.set('onceAt', event.currentTarget.value, 'scheduledAt')}
              />
            )}
          </Field>
        </Match>
      </Switch>
    </div>
  )
}

function RecurringFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const rhythm = () => form.draft.rhythm
  const change = (part: Partial<Rhythm>) => {
    const next = { ...rhythm(), ...part }
    form.set('rhythm', next)
    const expression = cronOf(next)
    if (expression) form.set('cronExpression', expression)
  }
  const timed = () => ['daily', 'weekdays', 'weekly', 'monthly'].includes(rhythm().preset)
  return (
    <>
      <Segments label="How often" value={rhythm().preset} options={PRESETS} onChange={(preset) => change({ preset })} />
      <Show when={timed()}>
        <div class="when__line">
          <Show when={rhythm().preset === 'weekly'}>
            <Field label="Day">
              {(wiring) => (
                <Select
                  {...wiring}
                  value={rhythm().weekday}
                  options={WEEKDAYS}
                  onChange={(event) => change({ weekday: event.currentTarget.value })}
                />
              )}
            </Field>
          </Show>
          <Show when={rhythm().preset === 'monthly'}>
            <Field label="Day">
              {(wiring) => (
                <Select
                  {...wiring}
                  value={rhythm().day}
                  options={MONTH_DAYS}
                  onChange={(event) => change({ day: event.currentTarget.value })}
                />
              )}
            </Field>
          </Show>
          <Field label="Time">
            {(wiring) => (
              <Input
                {...wiring}
                class="when__time"
                type="time"
                value={rhythm().time}
                onInput={(event) => change({ time: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
      </Show>
      <div class="when__line when__line--even">
        <Field label="Cron expression" error={form.mistakes().cronExpression} hint="Minute, hour, day of month, month, day of week.">
          {(wiring) => (
            <Input
              {...wiring}
              mono
              value={form.draft.cronExpression}
              onInput={(event) => {
                form.set('cronExpression', event.currentTarget.value)
                form.set('rhythm', { ...rhythm(), preset: 'custom' })
              }}
            />
          )}
        </Field>
        <Field label="Time zone" error={form.mistakes().timezone} hint="Clock changes are handled; see the next runs.">
          {(wiring) => <ZonePicker wiring={wiring} value={form.draft.timezone} onPick={(zone) => form.set('timezone', zone)} />}
        </Field>
      </div>
    </>
  )
}
