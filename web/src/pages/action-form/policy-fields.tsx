import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Field, Input, Toggle } from '../../ui/field.tsx'
import type { FormState } from './page.state.ts'

export function PolicyFields(props: { form: FormState }): JSX.Element {
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
          <Field label="Attempts at most" error={form.mistakes().maxAttempts} hint="First retry after 20 s, then twice as long each time.">
            {(wiring) => (
              <Input
                {...wiring}
                class="policy__number"
                inputmode="numeric"
                value={form.draft.maxAttempts}
                onInput={(event) => form.set('maxAttempts', event.currentTarget.value)}
              />
            )}
          </Field>
        </Show>
        <Field label="Timeout in seconds" error={form.mistakes().timeoutSeconds} hint="From 1 to 300, for the whole answer.">
          {(wiring) => (
            <Input
              {...wiring}
              class="policy__number"
              inputmode="numeric"
              value={form.draft.timeoutSeconds}
              onInput={(event) => form.set('timeoutSeconds', event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
    </div>
  )
}
