import { useParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { ActionDetailFragment } from '../../../../sdk/generated/operations.ts'
import { ActionDocument } from '../../../../sdk/generated/operations.ts'
import { browserZone } from '../../format.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageOf } from '../not-found/page-of.tsx'
import { ApprovalFields } from './approval-fields.tsx'
import { DeliveryFields } from './delivery-fields.tsx'
import { RetryFields } from './delivery-retry.tsx'
import { draftOf, emptyDraft } from './draft.ts'
import './page.css'
import type { FormState } from './page.state.ts'
import { createFormState } from './page.state.ts'
import { RunPolicyFields } from './policy-fields.tsx'
import { PreviewCard } from './preview.tsx'
import { RequestFields } from './request-fields.tsx'
import { TargetFields } from './target-fields.tsx'
import { WhenFields } from './when-fields.tsx'

export function NewActionPage(): JSX.Element {
  const form = createFormState(emptyDraft(browserZone(), Date.now()))
  return (
    <>
      <PageHead title="New action" back={{ href: '/actions', words: 'Actions' }} />
      <Form form={form} cancel="/actions" />
    </>
  )
}

export function EditActionPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const client = useClient()
  const action = createLoaded<ActionDetailFragment, string>(
    () => params.id,
    (id) => ask(client, ActionDocument, { id }, (data) => data.action),
  )
  return (
    <PageOf what="This action" of={action}>
      {(loaded) => (
        <Show when={loaded()} keyed>
          {(loaded) => (
            <>
              <PageHead title={`Edit ${loaded.name}`} back={{ href: `/actions/${loaded.id}`, words: loaded.name }} />
              <Form form={createFormState(draftOf(loaded, browserZone(), Date.now()), loaded)} cancel={`/actions/${loaded.id}`} />
            </>
          )}
        </Show>
      )}
    </PageOf>
  )
}

function Form(props: { form: FormState; cancel: string }): JSX.Element {
  const { form } = props
  const submitWords = () => (form.editing ? 'Save changes' : form.draft.when === 'now' ? 'Send now' : 'Create action')
  return (
    <form
      class="cols"
      novalidate
      onSubmit={(event) => {
        event.preventDefault()
        void form.submit()
      }}
    >
      <div class="stack stack--loose">
        <Card title="What">
          <div class="stack">
            <Field label="Name" error={form.mistakes().name}>
              {(wiring) => (
                <Input
                  {...wiring}
                  autofocus
                  placeholder="Nightly report"
                  value={form.draft.name}
                  onInput={(event) => form.set('name', event.currentTarget.value)}
                />
              )}
            </Field>
            <TargetFields form={form} />
            <RequestFields form={form} />
          </div>
        </Card>
        <Card title="When">
          <WhenFields form={form} />
        </Card>
        <Show when={form.draft.when === 'recurring' || form.draft.when === 'once'}>
          <Card title={form.draft.when === 'once' ? 'Afterwards' : 'If runs meet or come late'}>
            <RunPolicyFields form={form} />
          </Card>
        </Show>
        <Show when={form.draft.when !== 'now'}>
          <Card title="Approval">
            <ApprovalFields form={form} />
          </Card>
        </Show>
        <Card title="If it fails">
          <RetryFields form={form} />
        </Card>
        <Card title="Delivery">
          <DeliveryFields form={form} />
        </Card>
      </div>
      <div class="stack action-form__aside">
        <PreviewCard draft={form.draft} preview={form.preview} />
        <Show when={form.mistakes().form}>
          {(message) => (
            <p class="action-form__refusal" role="alert">
              {message()}
            </p>
          )}
        </Show>
        <div class="action-form__buttons">
          <Button type="submit" look="primary" busy={form.busy()}>
            {submitWords()}
          </Button>
          <LinkButton href={props.cancel} look="ghost">
            Cancel
          </LinkButton>
        </div>
      </div>
    </form>
  )
}
