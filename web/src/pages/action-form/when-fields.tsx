import type { JSX } from 'solid-js'
import { Match, Switch } from 'solid-js'
import { exact } from '../../format.ts'
import { instantIn } from '../../schedule/local-time.ts'
import { ZonePicker } from '../../schedule/zone-picker.tsx'
import { Field, Input, Segments } from '../../ui/field.tsx'
import type { FormState } from './page.state.ts'
import { RhythmFields } from './rhythm-fields.tsx'
import type { When } from './schedule-draft.ts'
import { namesLocalTimes } from './schedule-draft.ts'
import { WindowFields } from './window-fields.tsx'

const WHENS: readonly (readonly [When, string])[] = [
  ['recurring', 'Recurring'],
  ['once', 'Once'],
  ['demand', 'On demand'],
  ['now', 'Right now'],
]

export function WhenFields(props: { form: FormState }): JSX.Element {
  const { form } = props
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
          <RhythmFields form={form} zone={<ZoneField form={form} />} />
          <WindowFields form={form} />
        </Match>
        <Match when={form.draft.when === 'once'}>
          <div class="when__line">
            <Field label="Date and time" error={form.mistakes().scheduledAt} hint={onceHint(form.draft.timezone, form.draft.onceAt)}>
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
            <ZoneField form={form} />
          </div>
        </Match>
      </Switch>
    </div>
  )
}

function ZoneField(props: { form: FormState }): JSX.Element {
  return (
    <Field
      label="Time zone"
      error={props.form.mistakes().timezone}
      hint={namesLocalTimes(props.form.draft) ? 'Clock changes are handled; see the next runs.' : undefined}
    >
      {(wiring) => <ZonePicker wiring={wiring} value={props.form.draft.timezone} onPick={(zone) => props.form.set('timezone', zone)} />}
    </Field>
  )
}

/** What a single local time comes to, with what the clocks do to it on that day. */
function onceHint(zone: string, local: string): string | undefined {
  const instant = instantIn(zone, local)
  if (!instant) return undefined
  const utc = `That is ${exact(instant.at, 'UTC')}.`
  if (instant.exists === 'none') return `The clocks skip this time on that day; it runs at ${exact(instant.at, zone)}. ${utc}`
  return instant.exists === 'twice' ? `The clocks repeat this time on that day; the first one counts. ${utc}` : utc
}
