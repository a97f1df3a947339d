import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { InvokeNowDocument } from '../../../../sdk/generated/operations.ts'
import { stagesWords } from '../../approval/policy-words.ts'
import { tellIfWaiting } from '../../approval/told.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { createAnswer } from '../../ui/answer.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Area, Field, Toggle } from '../../ui/field.tsx'
import { jsonMistake } from '../action-form/body.ts'
import type { Action } from './page.state.ts'
import { createRunTerms } from './run-terms.ts'

/** What the server takes, in characters. */
const REASON_MIN = 10

/** Asks for the input of one run, and where it needs approval that may be overridden, for a reason to do so. */
export function InvokeDialog(props: { action: Action; close: () => void }): JSX.Element {
  const navigate = useNavigate()
  const invoke = createCommand(InvokeNowDocument)
  const terms = createRunTerms(() => props.action.id)
  const input = createAnswer<string>()
  const reason = createAnswer<string>()
  const [breaking, setBreaking] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const run = async () => {
    setFailure(undefined)
    const mistake = input.text().trim() ? jsonMistake(input.text()) : undefined
    if (mistake) return input.refuse(mistake)
    if (breaking() && reason.text().trim().length < REASON_MIN) return reason.refuse(`At least ${REASON_MIN} characters that say why.`)
    const { data, failure } = await invoke.run({
      actionId: props.action.id,
      ...(input.text().trim() ? { input: JSON.parse(input.text()) as unknown } : {}),
      ...(breaking() ? { breakGlassReason: reason.text().trim() } : {}),
    })
    if (failure?.field === 'input') return input.refuse(failure.message)
    if (failure?.field === 'breakGlassReason') return reason.refuse(failure.message)
    if (failure) return setFailure(failure)
    props.close()
    tellIfWaiting(data.invokeNow)
    navigate(`/invocations/${data.invokeNow.id}`)
  }
  return (
    <Dialog
      open
      title={`Invoke ${props.action.name} now`}
      confirm={breaking() ? 'Run without approval' : terms.needed() === 'always' ? 'Ask to run it' : 'Invoke now'}
      danger={breaking()}
      busy={invoke.busy()}
      error={failure()?.message}
      onConfirm={run}
      onClose={props.close}
    >
      <Switch fallback={<p>It is sent at once, whatever its schedule says.</p>}>
        <Match when={breaking()}>
          <p>It is sent at once, without the approval that it needs. The reason is kept in the audit, and shown with the run.</p>
        </Match>
        <Match when={terms.needed() === 'always'}>
          <p>
            It needs approval: <b>{terms.policy() ? stagesWords(terms.policy()!) : 'a manager, because of your role'}</b>. It waits until
            then, and nothing is sent before.
          </p>
        </Match>
        <Match when={terms.needed() === 'maybe'}>
          <p>Under its condition it needs approval and waits for it; else it is sent at once.</p>
        </Match>
      </Switch>
      <Field label="Input" optional error={input.mistake()} hint="JSON to send as the body of this run instead of the action's own.">
        {(wiring) => (
          <Area
            {...wiring}
            rows={5}
            value={input.text()}
            placeholder={'{ "order": 42 }'}
            onInput={(event) => input.change(event.currentTarget.value)}
          />
        )}
      </Field>
      <Show when={terms.needed() !== 'no' && terms.mayBreak()}>
        <Toggle label="Run without approval" hint="For emergencies: flagged everywhere." checked={breaking()} onChange={setBreaking} />
        <Show when={breaking()}>
          <Field label="Reason" error={reason.mistake()} hint={`At least ${REASON_MIN} characters.`}>
            {(wiring) => (
              <textarea
                {...wiring}
                class="input input--area"
                rows={2}
                value={reason.text()}
                onInput={(event) => reason.change(event.currentTarget.value)}
              />
            )}
          </Field>
        </Show>
      </Show>
    </Dialog>
  )
}
