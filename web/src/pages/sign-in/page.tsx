import { useSearchParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import { signIn } from '../../live/session.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Logo } from '../../ui/logo.tsx'
import { ThemeButton } from '../../ui/theme.tsx'
import { codeFrom, localPath } from './page.state.ts'
import './page.css'

/** Takes the code of a sign-in link out of the address and uses it; without one, asks for an API token. */
export function SignInPage(): JSX.Element {
  const [search] = useSearchParams<{ next?: string }>()
  const [busy, setBusy] = createSignal(false)
  const [refusal, setRefusal] = createSignal<string>()
  const [token, setToken] = createSignal('')

  const enter = async (key: { code: string } | { token: string }) => {
    setBusy(true)
    const refused = await signIn(key)
    // A whole new page, so that the live connection is opened with the session.
    if (refused === undefined) window.location.replace(localPath(search.next))
    else {
      setBusy(false)
      setRefusal(refused)
    }
  }

  const takeCode = () => {
    const code = codeFrom(window.location.hash)
    if (!code) return
    // Out of the address first: neither the history nor a shared screen shall keep the code.
    history.replaceState(history.state, '', window.location.pathname + window.location.search)
    void enter({ code })
  }

  onMount(() => {
    document.title = 'Sign in · Docket'
    takeCode()
    // A link that is opened where this page is open already changes nothing but the fragment.
    window.addEventListener('hashchange', takeCode)
    onCleanup(() => window.removeEventListener('hashchange', takeCode))
  })

  return (
    <main class="sign-in" id="main">
      <div class="sign-in__theme">
        <ThemeButton />
      </div>
      <div class="sign-in__card">
        <Logo />
        <h1>Sign in</h1>
        <p class="soft">
          Open the sign-in link that Docket printed when it started. Or paste an API token: the first one is in the file{' '}
          <code>admin-token</code> in the data folder.
        </p>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            if (token().trim()) void enter({ token: token().trim() })
            else setRefusal('Paste an API token first.')
          }}
        >
          <Show when={refusal()}>
            {(text) => (
              <p class="sign-in__refusal" role="alert">
                {text()}
              </p>
            )}
          </Show>
          <Field label="API token">
            {(wiring) => (
              <Input
                {...wiring}
                mono
                type="password"
                name="token"
                autocomplete="current-password"
                placeholder="dkt_…"
                value={token()}
                onInput={(event) => setToken(event.currentTarget.value)}
              />
            )}
          </Field>
          <Button type="submit" look="primary" busy={busy()}>
            {busy() ? 'Signing in' : 'Sign in'}
          </Button>
        </form>
      </div>
    </main>
  )
}
