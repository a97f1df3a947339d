import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import { SetPasswordDocument } from '../../../../sdk/generated/operations.ts'
import { PASSWORD_HINT, passwordMistake } from '../../access/password.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Refused } from '../../ui/refused.tsx'
import { submitting } from '../../ui/submitting.ts'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'

const EMPTY = { current: '', next: '' }

/** Sets the first password, or a new one for whoever knows the present one. */
export function PasswordCard(props: { hasPassword: boolean; hasEmail: boolean; changed: () => void }): JSX.Element {
  const set = createCommand(SetPasswordDocument)
  const [draft, setDraft] = createStore({ ...EMPTY })
  const [failure, setFailure] = createSignal<Failure>()
  const at = (field: string) => (failure()?.field === field ? failure()?.message : undefined)
  const change = (part: Partial<typeof EMPTY>) => {
    setDraft(part)
    setFailure(undefined)
  }
  const save = async () => {
    const message = passwordMistake(draft.next)
    if (message) return setFailure({ code: 'BAD_USER_INPUT', field: 'next', message })
    const refused = (await set.run({ input: { next: draft.next, ...(props.hasPassword && { current: draft.current }) } })).failure
    if (refused) return setFailure(refused)
    setDraft({ ...EMPTY })
    toast('The password holds from now on. Your other browsers were signed out.')
    props.changed()
  }
  return (
    <Card title="Password" hint={props.hasPassword ? undefined : 'None is set yet'}>
      <form class="stack" novalidate onSubmit={submitting(save)}>
        <div class="field-line">
          <Show when={props.hasPassword}>
            <TextField
              label="Present password"
              type="password"
              autocomplete="current-password"
              error={at('current')}
              value={draft.current}
              change={(current) => change({ current })}
            />
          </Show>
          <TextField
            label="New password"
            type="password"
            autocomplete="new-password"
            error={at('next')}
            hint={PASSWORD_HINT}
            value={draft.next}
            change={(next) => change({ next })}
          />
        </div>
        <Show when={!props.hasEmail}>
          <p class="soft small">Signing in with a password takes an e-mail address too: give yours above.</p>
        </Show>
        <Refused failure={failure()} fields={['current', 'next']} />
        <div>
          <Button type="submit" busy={set.busy()}>
            {props.hasPassword ? 'Change the password' : 'Set the password'}
          </Button>
        </div>
      </form>
    </Card>
  )
}
