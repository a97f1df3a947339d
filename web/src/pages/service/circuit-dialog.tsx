import type { JSX } from 'solid-js'
import { createEffect, createSignal, on, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import { UpdateServiceDocument } from '../../../../sdk/generated/operations.ts'
import { breakerRule, percentOf } from '../../delivery/breaker-words.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, Toggle } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Service } from './page.state.ts'

const NUMBERS = [
  ['failureShare', 'Failed, in per cent', 'No answer, 5xx and 429 count as failed.'],
  ['minAttempts', 'Of at least', 'Requests; with fewer it stays closed.'],
  ['windowSeconds', 'Within seconds', 'What is older does not count.'],
  ['cooldownSeconds', 'First try after seconds', 'Twice as long after each try that fails, up to 10 min.'],
] as const

type Numbers = Record<(typeof NUMBERS)[number][0], string>

const numbersOf = ({ breaker }: Service): Numbers => ({
  failureShare: percentOf(breaker.failureShare),
  minAttempts: String(breaker.minAttempts),
  windowSeconds: String(breaker.windowSeconds),
  cooldownSeconds: String(breaker.cooldownSeconds),
})

/** When the circuit breaker of a service opens, and for how long. */
export function CircuitDialog(props: { service: Service; changed: () => void; open: boolean; close: () => void }): JSX.Element {
  const update = createCommand(UpdateServiceDocument)
  const [enabled, setEnabled] = createSignal(true)
  const [draft, setDraft] = createStore<Numbers>(numbersOf(props.service))
  const [mistake, setMistake] = createSignal<Failure>()
  const field = () => mistake()?.field?.split('.').at(-1) ?? ''
  const breaker = () => ({
    enabled: enabled(),
    failureShare: number(draft.failureShare) / 100,
    minAttempts: number(draft.minAttempts),
    windowSeconds: number(draft.windowSeconds),
    cooldownSeconds: number(draft.cooldownSeconds),
  })
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        setEnabled(props.service.breaker.enabled)
        setDraft(numbersOf(props.service))
        setMistake(undefined)
      },
    ),
  )
  const run = async () => {
    const { failure } = await update.run({ id: props.service.id, input: { breaker: breaker() } })
    if (failure) return setMistake(failure)
    props.close()
    props.changed()
    toast('The circuit breaker was changed.')
  }
  return (
    <Dialog
      open={props.open}
      title="Circuit breaker"
      confirm="Save"
      busy={update.busy()}
      error={mistake() && !(enabled() && field() in draft) ? mistake()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <Toggle
        label="Stop calling a service that fails"
        hint="While the circuit is open its runs wait; none is lost."
        checked={enabled()}
        onChange={setEnabled}
      />
      <Show when={enabled()}>
        <div class="field-line">
          {NUMBERS.map(([name, label, hint]) => (
            <Field label={label} hint={hint} error={field() === name ? mistake()?.message : undefined}>
              {(wiring) => (
                <Input
                  {...wiring}
                  class="delivery-number"
                  inputmode="decimal"
                  value={draft[name]}
                  onInput={(event) => {
                    setDraft(name, event.currentTarget.value)
                    setMistake(undefined)
                  }}
                />
              )}
            </Field>
          ))}
        </div>
        <p class="small" aria-live="polite">
          {Object.values(draft).every((text) => number(text) > 0) ? breakerRule(breaker()) : 'Each of them is a number above 0.'}
        </p>
      </Show>
    </Dialog>
  )
}

/** As typed; anything else is −1, which the server refuses with a sentence at its field. */
const number = (text: string): number => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : -1)
