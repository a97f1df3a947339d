import { useSearchParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import type { SignInOptionsQuery } from '../../../../sdk/generated/operations.ts'
import { SignInOptionsDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import type { SignInKey } from '../../live/session.ts'
import { signIn } from '../../live/session.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { More } from '../../ui/more.tsx'
import { submitting } from '../../ui/submitting.ts'
import { TextField } from '../../ui/text-field.tsx'
import { Entry } from './entry.tsx'
import { codeFrom, localPath, oidcRefusal } from './page.state.ts'

/** Takes the code of a sign-in link out of the address and uses it; without one, asks who one is. */
export function SignInPage(): JSX.Element {
  const [search] = useSearchParams<{ next?: string; error?: string }>()
  const client = useClient()
  const options = createLoaded<SignInOptionsQuery['signInOptions'], undefined>(
    () => undefined,
    () => ask(client, SignInOptionsDocument, {}, (data) => data.signInOptions),
  )
  const [busy, setBusy] = createSignal<'code' | 'password' | 'token'>()
  const [refusal, setRefusal] = createSignal(oidcRefusal(search.error))
  const [email, setEmail] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [token, setToken] = createSignal('')

  const enter = async (key: SignInKey) => {
    setBusy('code' in key ? 'code' : 'token' in key ? 'token' : 'password')
    setRefusal(undefined)
    const refused = await signIn(key)
    // A whole new page, so that the live connection is opened with the session.
    if (refused === undefined) return window.location.replace(localPath(search.next))
    setBusy(undefined)
    setRefusal(refused.message)
  }

  const takeCode = () => {
    const code = codeFrom(window.location.hash)
    if (!code) return
    // Out of the address first: neither the history nor a shared screen shall keep the code.
    history.replaceState(history.state, '', window.location.pathname + window.location.search)
    void enter({ code })
  }

  onMount(() => {
    takeCode()
    // A link that is opened where this page is open already changes nothing but the fragment.
    window.addEventListener('hashchange', takeCode)
    onCleanup(() => window.removeEventListener('hashchange', takeCode))
  })

  const enterPassword = () => {
    if (!email().trim() || !password()) return setRefusal('Enter your e-mail address and your password first.')
    void enter({ email: email().trim(), password: password() })
  }
  const enterToken = () => {
    if (!token().trim()) return setRefusal('Paste an API token first.')
    void enter({ token: token().trim() })
  }
  const byPassword = () => options.data()?.password !== false

  return (
    <Entry title="Sign in" refusal={refusal()}>
      <Show when={byPassword()}>
        <form class="stack" novalidate onSubmit={submitting(enterPassword)}>
          <TextField label="E-mail" type="email" name="email" autocomplete="username" value={email()} change={setEmail} />
          <TextField
            label="Password"
            type="password"
            name="password"
            autocomplete="current-password"
            value={password()}
            change={setPassword}
          />
          <Button type="submit" look="primary" busy={busy() === 'password' || busy() === 'code'}>
            {busy() === 'password' || busy() === 'code' ? 'Signing in' : 'Sign in'}
          </Button>
        </form>
      </Show>
      <Show when={options.data()?.oidc}>
        {(oidc) => (
          // A way of the server, not a page of this application.
          <a class="btn btn--plain" target="_self" rel="external" href={withNext(oidc().url, search.next)}>
            <Icon name="external" />
            Sign in with {oidc().name}
          </a>
        )}
      </Show>
      <More title="Other ways" summary="API token, or the link that Docket printed" open={options.data()?.password === false}>
        <form class="stack" onSubmit={submitting(enterToken)}>
          <TextField
            label="API token"
            mono
            type="password"
            name="token"
            autocomplete="off"
            placeholder="dkt_…"
            hint="The first one is in the file admin-token in the data folder."
            value={token()}
            change={setToken}
          />
          <Button type="submit" busy={busy() === 'token'}>
            {busy() === 'token' ? 'Signing in' : 'Sign in with the token'}
          </Button>
        </form>
        <p class="soft small">
          On the first start Docket prints a link that signs in the administrator. Opened in this browser, it works without a password.
        </p>
      </More>
    </Entry>
  )
}

const withNext = (url: string, next: string | undefined): string =>
  localPath(next) === '/' ? url : `${url}${url.includes('?') ? '&' : '?'}next=${encodeURIComponent(localPath(next))}`
