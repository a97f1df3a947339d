import type { JSX } from 'solid-js'
import { createEffect, createSignal, on, Show } from 'solid-js'
import type { InviteViewFragment } from '../../../../sdk/generated/operations.ts'
import { InviteMemberDocument } from '../../../../sdk/generated/operations.ts'
import { RoleField } from '../../access/role-field.tsx'
import { createRoleChoice } from '../../access/roles.ts'
import { CopyLine } from '../../delivery/copy-line.tsx'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { Exact } from '../../ui/time.tsx'

/** Asks whom to invite as what, and shows the link this one time, to be handed over. */
export function InviteDialog(props: { open: boolean; close: () => void; made: (invite: InviteViewFragment) => void }): JSX.Element {
  const [made, setMade] = createSignal<{ invite: InviteViewFragment; url: string }>()
  return (
    <>
      <Show when={props.open}>
        <AskDialog
          close={props.close}
          made={(invite, url) => {
            props.made(invite)
            props.close()
            setMade({ invite, url })
          }}
        />
      </Show>
      <Dialog
        open={made() !== undefined}
        title="Hand this link over"
        confirm="I have copied it"
        only
        onConfirm={() => setMade(undefined)}
        onClose={() => setMade(undefined)}
      >
        <Show when={made()}>
          {(it) => (
            <>
              <p>Give it to {it().invite.email}, over a way that only they read: whoever opens it first becomes the member.</p>
              <CopyLine text={it().url} label="Copy invitation link" />
              <p class="small">
                It is shown this once, works once, and until <Exact at={it().invite.expiresAt} />.
              </p>
            </>
          )}
        </Show>
      </Dialog>
    </>
  )
}

function AskDialog(props: { close: () => void; made: (invite: InviteViewFragment, url: string) => void }): JSX.Element {
  const roles = createRoleChoice()
  const invite = createCommand(InviteMemberDocument)
  const [email, setEmail] = createSignal('')
  const [roleId, setRoleId] = createSignal('')
  const [failure, setFailure] = createSignal<Failure>()
  // The usual one for somebody new; whoever needs more is given it on purpose.
  createEffect(
    on(roles.all, (all) => {
      const usual = all.find(({ level }) => level === 'OPERATOR')
      if (!roleId() && usual) setRoleId(usual.id)
    }),
  )
  const at = (field: string) => (failure()?.field === field ? failure()?.message : undefined)
  const run = async () => {
    if (!email().trim()) return setFailure({ code: 'BAD_USER_INPUT', field: 'email', message: 'Enter an e-mail address.' })
    const { data, failure: refused } = await invite.run({ input: { email: email().trim(), roleId: roleId() } })
    if (refused) return setFailure(refused)
    props.made(data.inviteMember.invite, data.inviteMember.url)
  }
  return (
    <Dialog
      open
      title="Invite someone"
      confirm="Invite"
      busy={invite.busy()}
      error={failure() && !at('email') && !at('roleId') ? failure()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <TextField
        label="E-mail"
        type="email"
        autofocus
        error={at('email')}
        placeholder="ada@example.com"
        value={email()}
        change={(text) => {
          setEmail(text)
          setFailure(undefined)
        }}
      />
      <RoleField of={roles} value={roleId()} error={at('roleId')} change={setRoleId} />
    </Dialog>
  )
}
