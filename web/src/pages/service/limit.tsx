import type { JSX } from 'solid-js'
import { createEffect, createSignal, on, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import { UpdateServiceDocument } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { LimitFields } from '../../delivery/limit-fields.tsx'
import { limitDraftOf, limitInput, PERIOD_WORDS } from '../../delivery/limit-words.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Service } from './page.state.ts'

interface LimitProps {
  service: Service
  changed: () => void
}

/** How much at once the service is called. */
export function LimitCard(props: LimitProps): JSX.Element {
  const [editing, setEditing] = createSignal(false)
  const limit = () => props.service.limit
  return (
    <Card
      title="Limits"
      actions={
        <Show when={may('MANAGE')}>
          <Button small look="ghost" onClick={() => setEditing(true)}>
            {limit() ? 'Change limits' : 'Set limits'}
          </Button>
        </Show>
      }
    >
      <Show when={limit()} fallback={<p class="soft">None: all runs that are due go out at once.</p>}>
        {(it) => (
          <Facts>
            <Fact name="At a time">{it().maxConcurrency?.toLocaleString('en-GB') ?? 'no limit'}</Fact>
            <Fact name="Rate">
              <Show when={it().rateLimit} fallback="no limit">
                {(rate) => `${rate().toLocaleString('en-GB')} a ${PERIOD_WORDS[it().ratePeriod ?? 'SECOND']}`}
              </Show>
            </Fact>
            <Fact name="Under way">
              <span class="nums">{it().running}</span>
            </Fact>
          </Facts>
        )}
      </Show>
      <LimitDialog {...props} open={editing()} close={() => setEditing(false)} />
    </Card>
  )
}

function LimitDialog(props: LimitProps & { open: boolean; close: () => void }): JSX.Element {
  const update = createCommand(UpdateServiceDocument)
  const [draft, setDraft] = createStore(limitDraftOf(props.service.limit))
  const [mistake, setMistake] = createSignal<Failure>()
  const field = () => mistake()?.field?.split('.').at(-1) ?? ''
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        setDraft(limitDraftOf(props.service.limit))
        setMistake(undefined)
      },
    ),
  )
  const run = async () => {
    const { failure } = await update.run({ id: props.service.id, input: { limit: limitInput(draft) } })
    if (failure) return setMistake(failure)
    props.close()
    props.changed()
    toast(limitInput(draft) ? 'The limits hold from now on.' : 'The limits are gone.')
  }
  return (
    <Dialog
      open={props.open}
      title={`Limits of ${props.service.name}`}
      confirm="Save limits"
      busy={update.busy()}
      error={mistake() && !(field() in draft) ? mistake()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <p>They hold for all actions that call this service together.</p>
      <LimitFields
        of={draft}
        change={(part) => {
          setDraft(part)
          setMistake(undefined)
        }}
        mistake={(name) => (field() === name ? mistake()?.message : undefined)}
      />
    </Dialog>
  )
}
