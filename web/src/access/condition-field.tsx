import type { JSX } from 'solid-js'
import { createSignal, createUniqueId, Show } from 'solid-js'
import { TryConditionDocument } from '../../../sdk/generated/operations.ts'
import { useClient } from '../live/live.tsx'
import { whenSettled } from '../live/settled.ts'
import { Button } from '../ui/button.tsx'
import { Area, Field } from '../ui/field.tsx'
import type { ConditionMistake } from './condition-mistake.ts'
import { markedLine } from './condition-mistake.ts'
import { ConditionTrial } from './condition-trial.tsx'
import './rules.css'

/** What the server takes, in characters. */
const MAX_LENGTH = 2_000

/**
 * A condition in CEL. It is looked at as it is typed: a mistake is shown with its place, and a button tells what it would have said of
 * recent runs.
 *
 * @param props.actionId whose runs are tried; null for those of all actions
 * @param props.error why it was refused when it was saved
 */
export function ConditionField(props: {
  label: string
  hint?: string
  value: string
  actionId: string | null
  error?: string | undefined
  change: (condition: string) => void
}): JSX.Element {
  const client = useClient()
  const id = createUniqueId()
  const [mistake, setMistake] = createSignal<ConditionMistake>()
  const [trying, setTrying] = createSignal(false)
  whenSettled(
    () => ({ condition: props.value.trim() ? props.value : '', actionId: props.actionId }),
    ({ condition }) => {
      setMistake(undefined)
      setTrying(false)
      return condition !== ''
    },
    async (given, current) => {
      const { data } = await client.query(TryConditionDocument, { ...given, last: 1 }).toPromise()
      if (data && current()) setMistake(data.tryCondition.error ?? undefined)
    },
  )
  const told = () => mistake() && `Line ${mistake()?.line}, column ${mistake()?.column}: ${mistake()?.message}`
  return (
    <div class="condition">
      <Field label={props.label} optional error={told() ?? props.error} hint={props.hint ?? 'None: always.'}>
        {(wiring) => (
          <Area
            {...wiring}
            rows={2}
            maxlength={MAX_LENGTH}
            placeholder="input.amount < 1000"
            value={props.value}
            onInput={(event) => props.change(event.currentTarget.value)}
          />
        )}
      </Field>
      <Show when={mistake()}>
        {(it) => (
          <pre class="condition__mistake" aria-hidden="true">
            {markedLine(props.value, it())}
          </pre>
        )}
      </Show>
      <Show when={props.value.trim() && !mistake()}>
        <div>
          <Button small icon="play" aria-expanded={trying()} aria-controls={id} onClick={() => setTrying(!trying())}>
            {trying() ? 'Hide the trial' : 'Try on recent runs'}
          </Button>
        </div>
      </Show>
      <div id={id}>
        <Show when={trying()}>
          <ConditionTrial condition={props.value} actionId={props.actionId} />
        </Show>
      </div>
    </div>
  )
}
