import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { CreateApiTokenDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import { createAnswer } from '../../ui/answer.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { TextField } from '../../ui/text-field.tsx'
import type { Token } from './page.state.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const LIVES = [
  ['', 'Never'],
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['365', 'In a year'],
] as const

/** Asks for a name, makes the token, and shows it this one time. */
export function TokenDialogs(props: { open: boolean; close: () => void; made: (token: Token) => void }): JSX.Element {
  const create = createCommand(CreateApiTokenDocument)
  const name = createAnswer<string>()
  const [days, setDays] = createSignal('')
  const [secret, setSecret] = createSignal<string>()
  const run = async () => {
    const expiresAt = days() ? new Date(Date.now() + Number(days()) * DAY_MS).toISOString() : undefined
    const { data, failure } = await create.run({ input: { name: name.text(), expiresAt } })
    if (failure) return name.refuse(failure.message)
    props.made(data.createApiToken.apiToken)
    name.change('')
    props.close()
    setSecret(data.createApiToken.token)
  }
  return (
    <>
      <Dialog open={props.open} title="New API token" confirm="Make token" busy={create.busy()} onConfirm={run} onClose={props.close}>
        <TextField
          label="Name"
          error={name.mistake()}
          hint="What it is for, so that one knows what stops when it is revoked."
          autofocus
          placeholder="deploy pipeline"
          value={name.text()}
          change={name.change}
        />
        <Field label="Expires">
          {(wiring) => <Select {...wiring} value={days()} options={LIVES} onChange={(event) => setDays(event.currentTarget.value)} />}
        </Field>
      </Dialog>
      <Dialog
        open={secret() !== undefined}
        title="Copy this token now"
        confirm="I have copied it"
        only
        onConfirm={() => setSecret(undefined)}
        onClose={() => setSecret(undefined)}
      >
        <p>It is shown this once. Docket keeps only a fingerprint of it.</p>
        <div class="secret">
          <code class="wrap-anywhere">{secret()}</code>
          <CopyButton text={secret() ?? ''} label="Copy token" />
        </div>
        <p class="small">
          Programs send it as <code>Authorization: Bearer …</code>
        </p>
      </Dialog>
    </>
  )
}
