import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { RetryOn } from '../../../../sdk/generated/operations.ts'
import { span } from '../../format.ts'
import { Field, Input, Segments, Toggle } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { More } from '../../ui/more.tsx'
import type { Field as FieldName } from './check.ts'
import type { DeliveryDraft } from './delivery-draft.ts'
import { EMPTY_DELIVERY, pausesOf, RETRY_ON, RETRY_ON_WORDS } from './delivery-draft.ts'
import './delivery-fields.css'
import type { FormState } from './page.state.ts'

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
      <Show when={form.draft.retryable}>
        <div class="when__line">
          <NumberField form={form} name="maxAttempts" label="Attempts at most" hint={planWords(form.draft)} />
        </div>
        <More
          title="Pauses and kinds of failure"
          summary={summary(form.draft) || 'as usual'}
          open={summary(form.draft) !== '' || hasMistake(form)}
        >
          <Segments
            label="Pauses"
            showLabel
            value={form.draft.backoff}
            options={[
              ['growing', 'Growing'],
              ['list', 'One by one'],
            ]}
            onChange={(backoff) => form.set('backoff', backoff, 'delays')}
          />
          <Show when={form.draft.backoff === 'growing'} fallback={<DelaysField form={form} />}>
            <div class="when__line">
              <NumberField form={form} name="backoffSeconds" label="First pause in seconds" />
              <NumberField form={form} name="backoffFactor" label="Times longer each time" />
              <NumberField form={form} name="maxBackoffSeconds" label="Longest pause in seconds" />
            </div>
          </Show>
          <div class="when__line">
            <NumberField
              form={form}
              name="jitter"
              label="Jitter in per cent"
              hint="Each pause is moved by up to this much, so that what failed together does not come back together."
            />
          </div>
          <RetryOnFields form={form} />
        </More>
      </Show>
    </div>
  )
}

function DelaysField(props: { form: FormState }): JSX.Element {
  return (
    <Field
      label="Pauses, the first one first"
      error={props.form.mistakes().delays}
      hint="Such as 10 s, 1 min, 1 h. The last one is repeated."
    >
      {(wiring) => (
        <Input {...wiring} value={props.form.draft.delays} onInput={(event) => props.form.set('delays', event.currentTarget.value)} />
      )}
    </Field>
  )
}

function RetryOnFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const turn = (kind: RetryOn, on: boolean) =>
    form.set(
      'retryOn',
      RETRY_ON.filter((each) => (each === kind ? on : form.draft.retryOn.includes(each))),
    )
  return (
    <fieldset class="retry-on" aria-describedby={form.mistakes().retryOn ? 'retry-on-mistake' : undefined}>
      <legend>Retry after</legend>
      <For each={RETRY_ON}>
        {(kind) => (
          <label class="retry-on__kind">
            <input
              type="checkbox"
              aria-invalid={form.mistakes().retryOn ? 'true' : undefined}
              checked={form.draft.retryOn.includes(kind)}
              onChange={(event) => turn(kind, event.currentTarget.checked)}
            />
            <span>
              {RETRY_ON_WORDS[kind].name}
              <span class="quiet small">{RETRY_ON_WORDS[kind].words}</span>
            </span>
          </label>
        )}
      </For>
      <Show when={form.mistakes().retryOn}>
        {(message) => (
          <p class="retry-on__mistake small" id="retry-on-mistake" role="alert">
            <Icon name="warning" size={14} /> {message()}
          </p>
        )}
      </Show>
    </fieldset>
  )
}

/** A number with its label. */
export function NumberField(props: {
  form: FormState
  name: FieldName &
    keyof DeliveryDraft &
    ('maxAttempts' | 'timeoutSeconds' | 'backoffSeconds' | 'backoffFactor' | 'maxBackoffSeconds' | 'jitter')
  label: string
  hint?: string
}): JSX.Element {
  return (
    <Field label={props.label} error={props.form.mistakes()[props.name]} hint={props.hint}>
      {(wiring) => (
        <Input
          {...wiring}
          class="policy__number"
          inputmode="decimal"
          value={props.form.draft[props.name]}
          onInput={(event) => props.form.set(props.name, event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

const PAUSES_TOLD = 4

/** `Retried after 20 s, 40 s, 1 min 20 s …, about 2 min 20 s in all.` */
function planWords(draft: DeliveryDraft): string {
  const attempts = Number(draft.maxAttempts)
  const all = pausesOf(draft, Number.isInteger(attempts) ? Math.min(attempts, 100) : 0)
  if (!all) return 'From 1 to 100.'
  if (all.length === 0) return 'One attempt, no retry.'
  const told = all.slice(0, PAUSES_TOLD).map((seconds) => span(seconds * 1000))
  const total = span(all.reduce((sum, seconds) => sum + seconds, 0) * 1000)
  return `Retried after ${told.join(', ')}${all.length > PAUSES_TOLD ? ' …' : ''}; given up after about ${total}.`
}

const SETTINGS = ['backoffSeconds', 'backoffFactor', 'maxBackoffSeconds', 'jitter', 'delays', 'retryOn'] as const

const hasMistake = ({ mistakes }: FormState): boolean => SETTINGS.some((field) => mistakes()[field])

function summary(draft: DeliveryDraft): string {
  const differs = (name: 'backoffSeconds' | 'backoffFactor' | 'maxBackoffSeconds') => draft[name] !== EMPTY_DELIVERY[name]
  const pauses = draft.backoff === 'list' || differs('backoffSeconds') || differs('backoffFactor') || differs('maxBackoffSeconds')
  const parts = [
    pauses ? 'own pauses' : '',
    draft.jitter === EMPTY_DELIVERY.jitter ? '' : `jitter ${draft.jitter} %`,
    draft.retryOn.length === RETRY_ON.length
      ? ''
      : `after ${draft.retryOn.map((kind) => RETRY_ON_WORDS[kind].name).join(', ') || 'nothing'}`,
  ]
  return parts.filter(Boolean).join(', ')
}
