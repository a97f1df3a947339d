import type { JSX } from 'solid-js'
import { onMount, Show } from 'solid-js'
import { Logo } from '../../ui/logo.tsx'
import { ThemeButton } from '../../ui/theme.tsx'
import './page.css'

/** The one card of a page that is seen before signing in. `refusal` is read out as it appears. */
export function Entry(props: { title: string; refusal?: string | undefined; children: JSX.Element }): JSX.Element {
  onMount(() => {
    document.title = `${props.title} · Docket`
  })
  return (
    <main class="sign-in" id="main">
      <div class="sign-in__theme">
        <ThemeButton />
      </div>
      <div class="sign-in__card">
        <Logo />
        <h1>{props.title}</h1>
        <Show when={props.refusal}>
          {(text) => (
            <p class="sign-in__refusal" role="alert">
              {text()}
            </p>
          )}
        </Show>
        {props.children}
      </div>
    </main>
  )
}
