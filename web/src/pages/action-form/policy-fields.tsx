import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { CATCH_UP_WORDS, OVERLAP_WORDS } from '../../schedule/policy-words.ts'
import { Choice } from '../../ui/choice.tsx'
import { Field, Input, Select, Toggle } from '../../ui/field.tsx'
import type { FormState } from './page.state.ts'
import { catchesUp } from './schedule-draft.ts'
import { lengths } from './window-fields.tsx'

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
          <MaxRunsField form={form} />
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

/** How many runs it makes in all. */
function MaxRunsField(props: { form: FormState }): JSX.Element {
  return (
    <Field label="Runs in all" error={props.form.mistakes().maxRuns} hint="Empty for no end; after this many it is completed.">
      {(wiring) => (
        <Input
          {...wiring}
          class="policy__number"
          inputmode="numeric"
          placeholder="no limit"
          value={props.form.draft.maxRuns}
          onInput={(event) => props.form.set('maxRuns', event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
