import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import type { Unit } from '../../schedule/every.ts'
import { UNITS } from '../../schedule/every.ts'
import { RECURRENCE_WORDS } from '../../schedule/policy-words.ts'
import type { Rhythm } from '../../schedule/presets.ts'
import { cronOf, MINUTES, MONTH_DAYS, PRESETS, WEEKDAYS } from '../../schedule/presets.ts'
import { Choice } from '../../ui/choice.tsx'
import { Field, Input, Segments, Select } from '../../ui/field.tsx'
import type { FormState } from './page.state.ts'

/** How often: one of the usual rhythms, an interval, or an expression by hand. */
export function RhythmFields(props: { form: FormState; zone: JSX.Element }): JSX.Element {
  const { form } = props
  const rhythm = () => form.draft.rhythm
  const change = (part: Partial<Rhythm>) => {
    const preset = part.preset ?? rhythm().preset
    // Whoever goes on by hand starts from what the preset said.
    const cron = preset === 'cron' && part.preset ? { cron: cronOf(rhythm()) ?? rhythm().cron } : {}
    form.set('rhythm', { ...rhythm(), ...cron, ...part }, preset === 'interval' ? 'every' : 'cronExpression')
  }
  const timed = () => ['daily', 'weekdays', 'weekly', 'monthly'].includes(rhythm().preset)
  return (
    <>
      <Segments label="How often" value={rhythm().preset} options={PRESETS} onChange={(preset) => change({ preset })} />
      <div class="when__line">
        <Switch>
          <Match when={rhythm().preset === 'minutes'}>
            <Pick label="How often" value={rhythm().minutes} options={MINUTES} pick={(minutes) => change({ minutes })} />
          </Match>
          <Match when={rhythm().preset === 'hourly'}>
            <Field label="Minute of the hour">
              {(wiring) => (
                <Input
                  {...wiring}
                  class="when__number"
                  inputmode="numeric"
                  value={rhythm().minute}
                  onInput={(event) => change({ minute: event.currentTarget.value })}
                />
              )}
            </Field>
          </Match>
          <Match when={rhythm().preset === 'weekly'}>
            <Pick label="Day" value={rhythm().weekday} options={WEEKDAYS} pick={(weekday) => change({ weekday })} />
          </Match>
          <Match when={rhythm().preset === 'monthly'}>
            <Pick
              label="Day"
              value={rhythm().day}
              options={MONTH_DAYS}
              pick={(day) => change({ day })}
              hint={Number(rhythm().day) > 28 ? 'Months without this day are left out.' : undefined}
            />
          </Match>
        </Switch>
        <Show when={timed()}>
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
        </Show>
      </div>
      <Show when={rhythm().preset === 'interval'}>
        <IntervalFields form={form} change={change} />
      </Show>
      <div class="when__line">
        <Show when={rhythm().preset !== 'interval'}>
          <Field
            label="Cron expression"
            error={form.mistakes().cronExpression}
            hint="Minute, hour, day of month, month, day of week; or a nickname such as @daily."
          >
            {(wiring) => (
              <Input
                {...wiring}
                mono
                value={rhythm().preset === 'cron' ? rhythm().cron : (cronOf(rhythm()) ?? '')}
                onInput={(event) => change({ preset: 'cron', cron: event.currentTarget.value })}
              />
            )}
          </Field>
        </Show>
        {props.zone}
      </div>
    </>
  )
}

function IntervalFields(props: { form: FormState; change: (part: Partial<Rhythm>) => void }): JSX.Element {
  const rhythm = () => props.form.draft.rhythm
  return (
    <>
      <div class="when__line">
        <Field
          label="Every"
          error={props.form.mistakes().every}
          hint={rhythm().unit === 'iso' ? 'A duration of at least a minute, such as P1DT12H.' : undefined}
        >
          {(wiring) => (
            <div class="when__every">
              <Input
                {...wiring}
                inputmode={rhythm().unit === 'iso' ? 'text' : 'numeric'}
                value={rhythm().amount}
                onInput={(event) => props.change({ amount: event.currentTarget.value })}
              />
              <Select
                aria-label="Unit"
                value={rhythm().unit}
                options={UNITS}
                onChange={(event) => props.change({ unit: event.currentTarget.value as Unit })}
              />
            </div>
          )}
        </Field>
      </div>
      <Choice
        label="Counted from"
        value={rhythm().recurrence}
        words={RECURRENCE_WORDS}
        error={props.form.mistakes().recurrence}
        onChange={(recurrence) => props.change({ recurrence })}
      />
    </>
  )
}

function Pick(props: {
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  pick: (value: string) => void
  hint?: string | undefined
}): JSX.Element {
  return (
    <Field label={props.label} hint={props.hint}>
      {(wiring) => (
        <Select {...wiring} value={props.value} options={props.options} onChange={(event) => props.pick(event.currentTarget.value)} />
      )}
    </Field>
  )
}
