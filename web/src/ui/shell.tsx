import { A, useLocation } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, ErrorBoundary, on } from 'solid-js'
import { Button } from './button.tsx'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import { Logo } from './logo.tsx'
import './shell.css'
import { ThemeButton } from './theme.tsx'
import { Toasts } from './toast.tsx'

/** The frame of every signed-in page: the ways through the product beside it, below 56 rem under it. */
export function Shell(props: { connection: JSX.Element; signOut: () => void; children: JSX.Element }): JSX.Element {
  let main!: HTMLElement
  const location = useLocation()
  // A new page starts at its top, for the eye and for the keyboard.
  createEffect(
    on(
      () => location.pathname,
      () => main.focus({ preventScroll: true }),
      { defer: true },
    ),
  )
  return (
    <div class="shell">
      <a class="skip" href="#main" target="_self">
        Skip to the page
      </a>
      <header class="shell__top">
        <A href="/" class="shell__brand" aria-label="Docket, to the overview">
          <Logo />
        </A>
        <span class="shell__tools">
          {props.connection}
          <A href="/settings" class="btn btn--icon shell__settings" aria-label="Settings" title="Settings">
            <Icon name="settings" />
          </A>
          <ThemeButton />
          <Button class="shell__out" look="ghost" icon="exit" onClick={() => props.signOut()}>
            <span>Sign out</span>
          </Button>
        </span>
      </header>
      <nav class="shell__nav" aria-label="Main">
        <Way href="/" icon="overview" words="Overview" active={location.pathname === '/'} />
        <Way href="/actions" icon="actions" words="Actions" active={location.pathname.startsWith('/actions')} />
        <Way href="/invocations" icon="runs" words="Invocations" active={location.pathname.startsWith('/invocations')} />
        <Way href="/schedule" icon="calendar" words="Schedule" active={location.pathname.startsWith('/schedule')} />
        <Way href="/services" icon="services" words="Services" active={location.pathname.startsWith('/services')} />
        <Way href="/settings" icon="settings" words="Settings" active={location.pathname.startsWith('/settings')} />
      </nav>
      <main id="main" class="shell__main" tabindex="-1" ref={main}>
        <ErrorBoundary fallback={(error, reset) => <Broken error={error} reset={reset} />}>{props.children}</ErrorBoundary>
      </main>
      <Toasts />
    </div>
  )
}

function Way(props: { href: string; icon: IconName; words: string; active: boolean }): JSX.Element {
  return (
    <A href={props.href} class="way" classList={{ 'way--active': props.active }} aria-current={props.active ? 'page' : undefined}>
      <Icon name={props.icon} />
      {props.words}
    </A>
  )
}

function Broken(props: { error: unknown; reset: () => void }): JSX.Element {
  return (
    <div class="face" role="alert">
      <p class="face__title">This page ran into a mistake of ours</p>
      <p class="soft">{props.error instanceof Error ? props.error.message : String(props.error)}</p>
      <Button icon="retry" onClick={() => props.reset()}>
        Try again
      </Button>
    </div>
  )
}
