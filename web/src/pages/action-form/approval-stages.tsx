import type { JSX } from 'solid-js'
import { Index, Show } from 'solid-js'
import type { ApproverRoles } from '../../approval/approver-roles.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import './approval-stages.css'
import type { FormState } from './page.state.ts'

/** What the server takes. */
const STAGES_MAX = 5

/** The groups that decide in turn. */
export function StageFields(props: { form: FormState; roles: ApproverRoles }): JSX.Element {
  const { form } = props
  const stages = () => form.draft.approvalStages
  const change = (at: number, part: Partial<{ role: string; required: string }>) =>
    form.set(
      'approvalStages',
      stages().map((stage, index) => (index === at ? { ...stage, ...part } : stage)),
    )
  return (
    <fieldset class="header-fields" aria-describedby={form.mistakes().approvalStages ? 'stages-mistake' : undefined}>
      <legend>Stages</legend>
      <Index each={stages()}>
        {(stage, at) => (
          <div class="stage-line">
            <span class="stage-line__number quiet nums">{at + 1}</span>
            <Input
              aria-label={`People in stage ${at + 1}`}
              aria-invalid={form.mistakes().approvalStages ? 'true' : undefined}
              inputmode="numeric"
              value={stage().required}
              onInput={(event) => change(at, { required: event.currentTarget.value })}
            />
            <Select
              aria-label={`Role in stage ${at + 1}`}
              value={stage().role}
              options={props.roles.options(stage().role)}
              onChange={(event) => change(at, { role: event.currentTarget.value })}
            />
            <IconButton
              icon="cross"
              label={`Remove stage ${at + 1}`}
              disabled={stages().length === 1}
              onClick={() =>
                form.set(
                  'approvalStages',
                  stages().filter((_, index) => index !== at),
                )
              }
            />
          </div>
        )}
      </Index>
      <Show when={form.mistakes().approvalStages}>
        {(message) => (
          <p class="header-fields__mistake" id="stages-mistake" role="alert">
            <Icon name="warning" size={14} /> {message()}
          </p>
        )}
      </Show>
      <Show when={stages().length < STAGES_MAX}>
        <Button small icon="plus" onClick={() => form.set('approvalStages', [...stages(), { role: 'MANAGER', required: '1' }])}>
          Add a stage
        </Button>
      </Show>
    </fieldset>
  )
}
