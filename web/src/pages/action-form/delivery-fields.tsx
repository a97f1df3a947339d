import type { JSX } from 'solid-js'
import { createUniqueId, For } from 'solid-js'
import { TextField } from '../../ui/text-field.tsx'
import { UrlField } from '../../ui/url-field.tsx'
import { NumberField } from './delivery-retry.tsx'
import type { FormState } from './page.state.ts'

/** How long an answer may take, who is told of the end, and what it shares a limit with. */
export function DeliveryFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const list = createUniqueId()
  return (
    <div class="stack">
      <div class="when__line">
        <NumberField form={form} name="timeoutSeconds" label="Timeout in seconds" hint="From 1 to 300, for the whole answer." />
        <TextField
          label="Concurrency key"
          optional
          error={form.mistakes().concurrencyKey}
          hint="Runs of all actions with this key share one limit: one at a time, unless the settings say otherwise."
          mono
          list={list}
          placeholder="customer-42"
          value={form.draft.concurrencyKey}
          change={(key) => form.set('concurrencyKey', key)}
        />
        <datalist id={list}>
          <For each={form.limits.rows}>{(limit) => <option value={limit.key ?? ''} />}</For>
        </datalist>
      </div>
      <UrlField
        label="Callback URL"
        optional
        error={form.mistakes().callbackUrl}
        hint="Gets each finished run as a signed POST, retried on its own; if that fails, the run stays as it ended."
        placeholder="https://example.com/hooks/docket"
        value={form.draft.callbackUrl}
        change={(url) => form.set('callbackUrl', url)}
      />
    </div>
  )
}
