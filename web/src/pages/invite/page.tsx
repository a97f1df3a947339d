import type { JSX } from 'solid-js'
import { createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js'
import type { InvitePreviewQuery } from '../../../../sdk/generated/operations.ts'
import { InvitePreviewDocument } from '../../../../sdk/generated/operations.ts'
import { PASSWORD_HINT, passwordMistake } from '../../access/password.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import type { Refusal } from '../../live/session.ts'
import { acceptInvite } from '../../live/session.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Fact, Facts } from '../../ui/card.tsx'
import { ErrorFace, SkeletonRows } from '../../ui/faces.tsx'
import { submitting } from '../../ui/submitting.ts'
import { TextField } from '../../ui/text-field.tsx'
import { Entry } from '../sign-in/entry.tsx'

type Preview = NonNullable<InvitePreviewQuery['invite']>

/** Where the link of an invitation leads. Its secret stays in the fragment, which is never sent to a server or a proxy. */
export function InvitePage(): JSX.Element {
  const client = useClient()
  const read = () => decodeURIComponent(window.location.hash.replace(/^#/, ''))
  const [secret, setSecret] = createSignal(read())
  const again = () => setSecret(read())
  onMount(() => window.addEventListener('hashchange', again))
  onCleanup(() => window.removeEventListener('hashchange', again))
  const invite = createLoaded<Preview, string>(secret, (given) =>
    given ? ask(client, InvitePreviewDocument, { secret: given }, (data) => data.invite) : Promise.resolve({ data: null }),
  )
  return (
    <Switch fallback={<Waiting />}>
      <Match when={invite.data()}>{(preview) => <Accept preview={preview()} secret={secret()} />}</Match>
      <Match when={invite.failure()}>
        {(failure) => (
          <Entry title="Your invitation">
            <ErrorFace message={failure().message} retry={invite.reload} />
          </Entry>
        )}
      </Match>
      <Match when={invite.data() === null}>
        <Gone />
      </Match>
    </Switch>
  )
}

function Waiting(): JSX.Element {
  return (
    <Entry title="Your invitation">
      <SkeletonRows count={2} />
    </Entry>
  )
}

function Gone(): JSX.Element {
  return (
    <Entry title="This invitation does not work">
      <p class="soft">
        It was used already, was taken back, or is too old. If you have accepted it, sign in. If not, ask whoever invited you for a new one.
      </p>
      <LinkButton href="/sign-in">To the sign-in</LinkButton>
    </Entry>
  )
}

function Accept(props: { preview: Preview; secret: string }): JSX.Element {
  const [name, setName] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [refusal, setRefusal] = createSignal<Refusal>()
  const at = (field: string) => (refusal()?.field === field ? refusal()?.message : undefined)
  const typed = (set: (text: string) => void) => (text: string) => {
    set(text)
    setRefusal(undefined)
  }
  const accept = async () => {
    const wrong = props.preview.hasAccount ? undefined : mistake(name(), password())
    if (wrong) return setRefusal(wrong)
    setBusy(true)
    const refused = await acceptInvite({ secret: props.secret, name: name().trim(), password: password() })
    // A whole new page, so that the live connection is opened with the session; it takes the place of this one in the history.
    if (refused === undefined) return window.location.replace('/')
    setBusy(false)
    setRefusal(refused)
  }
  return (
    <Entry title={`Join ${props.preview.projectName}`} refusal={at('name') || at('password') ? undefined : refusal()?.message}>
      <Facts>
        <Fact name="Project">{props.preview.projectName}</Fact>
        <Fact name="Role">{props.preview.roleName}</Fact>
      </Facts>
      <form class="stack" novalidate onSubmit={submitting(accept)}>
        {/* A field, so that password managers keep the password with the address. */}
        <TextField
          label="E-mail"
          type="email"
          name="email"
          autocomplete="username"
          readonly
          value={props.preview.email}
          change={() => {}}
        />
        <Show when={!props.preview.hasAccount}>
          <TextField
            label="Name"
            name="name"
            autocomplete="name"
            hint="As others see you beside what you do."
            error={at('name')}
            value={name()}
            change={typed(setName)}
          />
        </Show>
        <TextField
          label={props.preview.hasAccount ? 'Your password' : 'Password'}
          type="password"
          name="password"
          autocomplete={props.preview.hasAccount ? 'current-password' : 'new-password'}
          hint={props.preview.hasAccount ? 'This address has an account here already: it is the one you know.' : PASSWORD_HINT}
          error={at('password')}
          value={password()}
          change={typed(setPassword)}
        />
        <Button type="submit" look="primary" busy={busy()}>
          {busy() ? 'Joining' : 'Accept the invitation'}
        </Button>
      </form>
    </Entry>
  )
}

function mistake(name: string, password: string): Refusal | undefined {
  if (!name.trim()) return { field: 'name', message: 'Enter your name.' }
  const message = passwordMistake(password)
  return message ? { field: 'password', message } : undefined
}
