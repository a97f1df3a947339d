import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { ResetBreakerDocument } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { BreakerTag } from '../../delivery/breaker-tag.tsx'
import { breakerRule, breakerWords } from '../../delivery/breaker-words.ts'
import { NextTry } from '../../delivery/next-try.tsx'
import { createCommand } from '../../live/command.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Relative } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { CircuitDialog } from './circuit-dialog.tsx'
import type { Service } from './page.state.ts'

/** The state of the circuit breaker, what it means, and a way to close it by hand. */
export function CircuitCard(props: { service: Service; changed: () => void }): JSX.Element {
  const reset = createCommand(ResetBreakerDocument)
  const [editing, setEditing] = createSignal(false)
  const breaker = () => props.service.breaker
  const closeIt = async () => {
    const { failure } = await reset.run({ serviceId: props.service.id })
    if (failure) return toast(failure.message, { bad: true })
    props.changed()
    toast('The circuit is closed. What waited goes out now.')
  }
  return (
    <Card
      title="Circuit breaker"
      actions={
        <Show when={may('MANAGE')}>
          <Button small look="ghost" onClick={() => setEditing(true)}>
            Settings
          </Button>
        </Show>
      }
    >
      <div class="stack">
        <div class="circuit" role="status">
          <BreakerTag state={breaker().state} enabled={breaker().enabled} />
          <p class="soft">{breakerWords(breaker())}</p>
        </div>
        <Show when={breaker().state !== 'CLOSED'}>
          <Facts>
            <Show when={breaker().openedAt}>
              {(at) => (
                <Fact name="Opened">
                  <Relative at={at()} />
                </Fact>
              )}
            </Show>
            <Show when={breaker().state === 'OPEN' && breaker().probeAt}>
              {(at) => (
                <Fact name="Next try">
                  <NextTry at={at()} />
                </Fact>
              )}
            </Show>
          </Facts>
          <Show when={may('MANAGE')}>
            <div>
              <Button icon="check" busy={reset.busy()} onClick={closeIt}>
                Close it now
              </Button>
            </div>
          </Show>
        </Show>
        <p class="quiet small">{breakerRule(breaker())}</p>
      </div>
      <CircuitDialog {...props} open={editing()} close={() => setEditing(false)} />
    </Card>
  )
}
