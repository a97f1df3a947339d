import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { ConditionField } from '../../access/condition-field.tsx'
import { createApproverRoles } from '../../approval/approver-roles.ts'
import { POLICY_WORDS } from '../../approval/policy-words.ts'
import { span } from '../../format.ts'
import { Choice } from '../../ui/choice.tsx'
import { Field, Select, Toggle } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { More } from '../../ui/more.tsx'
import type { ApprovalDraft } from './approval-draft.ts'
import { EMPTY_APPROVAL } from './approval-draft.ts'
import { StageFields } from './approval-stages.tsx'
import type { FormState } from './page.state.ts'
import { lengths } from './window-fields.tsx'

const EXPIRES = [900, 3_600, 14_400, 28_800, 86_400, 172_800, 604_800, 1_209_600]
const LATER = [0, 300, 900, 1_800, 3_600, 14_400, 28_800, 86_400]

/** Who has to agree before a run is sent, which runs that concerns, and what happens while nobody decides. */
export function ApprovalFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const roles = createApproverRoles()
  return (
    <div class="stack">
      <Choice
        label="Who has to agree"
        value={form.draft.approvalKind}
        words={POLICY_WORDS}
        error={form.mistakes().approvalKind}
        onChange={(kind) => form.set('approvalKind', kind)}
      />
      <Show when={form.draft.approvalKind !== 'none'}>
        <Show when={form.draft.approvalKind === 'stages'}>
          <StageFields form={form} roles={roles} />
        </Show>
        <LoadFailure what="The roles" of={roles} />
        <ConditionField
          label="Only when"
          hint="In CEL, over actor, record, input and action. Nothing: every run. One that cannot be told needs approval."
          value={form.draft.approvalCondition}
          actionId={form.held?.id ?? null}
          error={form.mistakes().approvalCondition}
          change={(condition) => form.set('approvalCondition', condition)}
        />
        <div class="when__line">
          <LengthField
            form={form}
            name="approvalExpires"
            label="Expires after"
            usual={EXPIRES}
            hint="Undecided by then, or by the next run of the schedule, it is cancelled."
          />
        </div>
        <Show when={form.draft.approvalKind !== 'two'}>
          <Toggle
            label="Never by who asked for it"
            hint={form.mistakes().approvalForbidRequester ?? 'Whatever their role allows, somebody else has to approve.'}
            checked={form.draft.approvalForbidRequester}
            onChange={(on) => form.set('approvalForbidRequester', on)}
          />
        </Show>
        <More title="Reminder and escalation" summary={summary(form.draft) || 'none'} open={summary(form.draft) !== '' || hasMistake(form)}>
          <div class="when__line">
            <LengthField form={form} name="approvalRemind" label="Remind after" usual={LATER} none="Never" />
            <LengthField form={form} name="approvalEscalate" label="Escalate after" usual={LATER} none="Never" />
            <Show when={form.draft.approvalEscalate !== '0'}>
              <Field label="To" error={form.mistakes().approvalEscalateTo} hint="May decide too from then on.">
                {(wiring) => (
                  <Select
                    {...wiring}
                    value={form.draft.approvalEscalateTo}
                    options={roles.options(form.draft.approvalEscalateTo)}
                    onChange={(event) => form.set('approvalEscalateTo', event.currentTarget.value)}
                  />
                )}
              </Field>
            </Show>
          </div>
        </More>
      </Show>
    </div>
  )
}

function LengthField(props: {
  form: FormState
  name: 'approvalExpires' | 'approvalRemind' | 'approvalEscalate'
  label: string
  usual: readonly number[]
  none?: string
  hint?: string
}): JSX.Element {
  return (
    <Field label={props.label} hint={props.hint} error={props.form.mistakes()[props.name]}>
      {(wiring) => (
        <Select
          {...wiring}
          value={props.form.draft[props.name]}
          options={lengths(props.usual, props.form.draft[props.name], props.none)}
          onChange={(event) => props.form.set(props.name, event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

const hasMistake = ({ mistakes }: FormState): boolean =>
  (['approvalRemind', 'approvalEscalate', 'approvalEscalateTo'] as const).some((field) => mistakes()[field])

function summary({ approvalRemind, approvalEscalate }: ApprovalDraft): string {
  const parts = [
    approvalRemind === EMPTY_APPROVAL.approvalRemind ? '' : `reminded after ${span(Number(approvalRemind) * 1000)}`,
    approvalEscalate === EMPTY_APPROVAL.approvalEscalate ? '' : `escalated after ${span(Number(approvalEscalate) * 1000)}`,
  ]
  return parts.filter(Boolean).join(', ')
}
