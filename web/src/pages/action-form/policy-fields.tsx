import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { CATCH_UP_WORDS, OVERLAP_WORDS } from '../../schedule/policy-words.ts'
import { Choice } from '../../ui/choice.tsx'
import { Field, Input, Select, Toggle } from '../../ui/field.tsx'
import type { Field as FieldName } from './check.ts'
import type { FormState } from './page.state.ts'
import { catchesUp } from './schedule-draft.ts'
import { lengths } from './window-fields.tsx'

/** What happens when an attempt fails. */
export function RetryFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  return (
    <div class="stack">
      <Toggle
        label="Retry"
        hint={
          form.draft.retryable
            ? 'Sent at least once: the target should bear to get the same request again.'
            : 'Sent at most once: if a crash leaves the outcome unknown, it counts as failed.'
        }
        checked={form.draft.retryable}
        onChange={(on) => form.set('retryable', on, 'maxAttempts')}
      />
      <div class="when__line">
        <Show when={form.draft.retryable}>
          <NumberField
            form={form}
            name="maxAttempts"
            label="Attempts at most"
            hint="First retry after 20 s, then twice as long each time."
          />
        </Show>
        <NumberField form={form} name="timeoutSeconds" label="Timeout in seconds" hint="From 1 to 300, for the whole answer." />
      </div>
    </div>
  )
}

/** What happens when the runs of a schedule meet, come late, or are enough; or after the one run of a single time. */
export function RunPolicyFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const recurring = () => form.draft.when === 'recurring'
  return (
    <div class="stack">
      <Show when={recurring()}>
        <Choice
          label="If the run before is not over"
          value={form.draft.overlapPolicy}
          words={OVERLAP_WORDS}
          error={form.mistakes().overlapPolicy}
          onChange={(policy) => form.set('overlapPolicy', policy)}
        />
        <Choice
          label="After a downtime, make up for"
          value={form.draft.catchUp}
          words={CATCH_UP_WORDS}
          error={form.mistakes().catchUp}
          onChange={(policy) => form.set('catchUp', policy)}
        />
        <div class="when__line">
          <Show when={catchesUp(form.draft)}>
            <Field
              label="Catch-up window"
              error={form.mistakes().catchUpWindowSeconds}
              hint="A run that is later than this is recorded as missed."
            >
              {(wiring) => (
                <Select
                  {...wiring}
                  class="when__pick"
                  value={form.draft.catchUpWindowSeconds}
                  options={lengths(WINDOWS, form.draft.catchUpWindowSeconds)}
                  onChange={(event) => form.set('catchUpWindowSeconds', event.currentTarget.value)}
                />
              )}
            </Field>
          </Show>
          <NumberField form={form} name="maxRuns" label="Runs in all" hint="Empty for no end; after this many it is completed." />
        </div>
      </Show>
      <Show when={!recurring()}>
        <Toggle
          label="Delete it afterwards"
          hint="When its one run has ended, the action goes; the run and its receipt stay."
          checked={form.draft.deleteAfterCompletion}
          onChange={(on) => form.set('deleteAfterCompletion', on, 'form')}
        />
      </Show>
    </div>
  )
}

const WINDOWS = [60, 300, 900, 3_600, 21_600, 86_400, 604_800]

function NumberField(props: {
  form: FormState
  name: FieldName & ('maxAttempts' | 'timeoutSeconds' | 'maxRuns')
  label: string
  hint: string
}): JSX.Element {
  return (
    <Field label={props.label} error={props.form.mistakes()[props.name]} hint={props.hint}>
      {(wiring) => (
        <Input
          {...wiring}
          class="policy__number"
          inputmode="numeric"
          placeholder={props.name === 'maxRuns' ? 'no limit' : undefined}
          value={props.form.draft[props.name]}
          onInput={(event) => props.form.set(props.name, event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
