import type { JSX } from 'solid-js'
import { createEffect, createSignal, on } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { ProjectViewFragment } from '../../../../sdk/generated/operations.ts'
import { UpdateProjectDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Toggle } from '../../ui/field.tsx'
import { Refused } from '../../ui/refused.tsx'
import { submitting } from '../../ui/submitting.ts'
import { toast } from '../../ui/toast.tsx'
import { UrlField } from '../../ui/url-field.tsx'

/** Who is told of approvals beside the people themselves, and what receipts say of them. */
export function ApprovalsCard(props: { project: ProjectViewFragment; saved: () => void }): JSX.Element {
  const update = createCommand(UpdateProjectDocument)
  const [draft, setDraft] = createStore({ approvalWebhookUrl: '', showDeciders: false })
  const [failure, setFailure] = createSignal<Failure>()
  const present = () => ({ approvalWebhookUrl: props.project.approvalWebhookUrl ?? '', showDeciders: props.project.showDeciders })
  createEffect(
    on(
      () => JSON.stringify(present()),
      () => setDraft(present()),
    ),
  )
  const change = (part: Partial<typeof draft>) => {
    setDraft(part)
    setFailure(undefined)
  }
  const changed = () => JSON.stringify({ ...draft }) !== JSON.stringify(present())
  const save = async () => {
    const input = { approvalWebhookUrl: draft.approvalWebhookUrl.trim() || null, showDeciders: draft.showDeciders }
    const { failure: refused } = await update.run({ input })
    if (refused) return setFailure(refused)
    toast('The project was changed.')
    props.saved()
  }
  return (
    <Card title="Approvals">
      <form class="stack" novalidate onSubmit={submitting(save)}>
        <UrlField
          label="Webhook"
          optional
          error={failure()?.field === 'approvalWebhookUrl' ? failure()?.message : undefined}
          hint="Told by a signed request when an approval is asked for, is about to be late, or was decided. A link in it opens a page; nothing is decided by opening it."
          placeholder="https://hooks.example.com/approvals"
          value={draft.approvalWebhookUrl}
          change={(approvalWebhookUrl) => change({ approvalWebhookUrl })}
        />
        <Toggle
          label="Name deciders on receipts"
          hint="Receipts can be seen by whoever has their link. Without this they tell how many agreed, not who."
          checked={draft.showDeciders}
          onChange={(showDeciders) => change({ showDeciders })}
        />
        <Refused failure={failure()} fields={['approvalWebhookUrl']} />
        <div>
          <Button type="submit" busy={update.busy()} disabled={!changed()}>
            Save
          </Button>
        </div>
      </form>
    </Card>
  )
}
