import type { JSX } from 'solid-js'
import { createMemo, createSignal, on, Show } from 'solid-js'
import type { InvocationDetailFragment } from '../../../sdk/generated/operations.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import './approval.css'
import { DecisionDialog } from './decision-dialog.tsx'

const COMMENT_MAX = 1_000

/** A run together with the approval that it waits for, or waited for. */
export interface Decided {
  invocation: InvocationDetailFragment
  approval: NonNullable<InvocationDetailFragment['approval']>
}

/** A comment and the two answers, for whoever may decide; else why not. Nothing where nothing is to be decided any more. */
export function Decision(props: { of: Decided; take: (next: InvocationDetailFragment) => void; reload: () => Promise<void> }): JSX.Element {
  const [comment, setComment] = createSignal('')
  const [asked, setAsked] = createSignal<{ approve: boolean; digest: string }>()
  const [voided, setVoided] = createSignal(false)
  const it = () => props.of
  /** The digest that was shown first: with another one, the request has been changed while it was open. */
  const first = createMemo(
    on(
      () => it().approval.id,
      () => it().approval.digest,
    ),
  )
  const may = (operation: 'APPROVE' | 'REJECT') => it().invocation.allowedOperations.includes(operation)
  // What is approved is what was on the page when the button was pressed, whatever comes in while the question is open.
  const ask = (approve: boolean) => setAsked({ approve, digest: it().approval.digest })
  const onVoid = async () => {
    setAsked(undefined)
    await props.reload()
    setVoided(true)
  }
  return (
    <Show when={it().approval.status === 'PENDING'}>
      <div class="stack">
        <Show when={voided() || first() !== it().approval.digest}>
          <p class="decision__note" classList={{ 'decision__note--bad': voided() }} role="alert">
            <Icon name="warning" />
            <span>
              {voided()
                ? 'The request was changed before you approved it, so nothing was approved. Look at what changed, then decide about it.'
                : 'The request was changed while you had it open. What you see now is the new one.'}
            </span>
          </p>
        </Show>
        <Show
          when={may('APPROVE') || may('REJECT')}
          fallback={
            <p class="soft" role="note">
              {it().approval.whyNot ?? 'You can’t decide about it.'}
            </p>
          }
        >
          <Field label="Comment" optional hint="Everyone in the project can read it.">
            {(wiring) => (
              <textarea
                {...wiring}
                class="input input--area"
                rows={2}
                maxlength={COMMENT_MAX}
                value={comment()}
                onInput={(event) => setComment(event.currentTarget.value)}
              />
            )}
          </Field>
          <div class="decision__buttons">
            <Show when={may('APPROVE')}>
              <Button look="primary" icon="check" onClick={() => ask(true)}>
                Approve
              </Button>
            </Show>
            <Show when={may('REJECT')}>
              <Button look="danger" icon="cross" onClick={() => ask(false)}>
                Reject
              </Button>
            </Show>
          </div>
        </Show>
        <Show when={asked()}>
          {(question) => (
            <DecisionDialog
              of={it()}
              approve={question().approve}
              digest={question().digest}
              comment={comment().trim()}
              take={(next) => {
                setComment('')
                setVoided(false)
                props.take(next)
              }}
              onVoid={onVoid}
              close={() => setAsked(undefined)}
            />
          )}
        </Show>
      </div>
    </Show>
  )
}
