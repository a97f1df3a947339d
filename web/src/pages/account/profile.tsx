import type { JSX } from 'solid-js'
import { createEffect, createSignal, on } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { MemberNameFragment } from '../../../../sdk/generated/operations.ts'
import { UpdateAccountDocument } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Refused } from '../../ui/refused.tsx'
import { submitting } from '../../ui/submitting.ts'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'

/** Name and e-mail address, by which others know one and by which one signs in. */
export function ProfileCard(props: { member: MemberNameFragment; changed: () => void }): JSX.Element {
  const update = createCommand(UpdateAccountDocument)
  const [draft, setDraft] = createStore({ name: '', email: '' })
  const [failure, setFailure] = createSignal<Failure>()
  // Looked up anew on every page: what is being written must not be written over by what was there all along.
  createEffect(
    on(
      () => `${props.member.name}\n${props.member.email}`,
      () => setDraft({ name: props.member.name, email: props.member.email ?? '' }),
    ),
  )
  const fixed = () => props.member.email !== null && !may('ADMINISTER')
  const at = (field: string) => (failure()?.field === field ? failure()?.message : undefined)
  const change = (part: Partial<typeof draft>) => {
    setDraft(part)
    setFailure(undefined)
  }
  const save = async () => {
    const email = draft.email.trim()
    const refused = (await update.run({ input: { name: draft.name.trim(), ...(email && { email }) } })).failure
    if (refused) return setFailure(refused)
    toast('Your account was changed.')
    props.changed()
  }
  return (
    <Card title="You">
      <form class="stack" novalidate onSubmit={submitting(save)}>
        <div class="field-line">
          <TextField
            label="Name"
            autocomplete="name"
            error={at('name')}
            hint="As others see you beside what you do."
            value={draft.name}
            change={(name) => change({ name })}
          />
          <TextField
            label="E-mail"
            type="email"
            autocomplete="email"
            error={at('email')}
            hint={
              fixed()
                ? 'It says who you are to the rules here; only administrators may change theirs.'
                : 'You sign in with it. Requests for approval are sent there too.'
            }
            readonly={fixed()}
            value={draft.email}
            change={(email) => change({ email })}
          />
        </div>
        <Refused failure={failure()} fields={['name', 'email']} />
        <div>
          <Button type="submit" busy={update.busy()}>
            Save
          </Button>
        </div>
      </form>
    </Card>
  )
}
