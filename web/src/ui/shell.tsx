import { A, useLocation } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, createUniqueId, ErrorBoundary, For, on } from 'solid-js'
import { Button } from './button.tsx'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import { Logo } from './logo.tsx'
import './shell.css'
import { ThemeButton } from './theme.tsx'
import { Toasts } from './toast.tsx'

interface Ways {
  href: string
  icon: IconName
  words: string
  /** Paths below which one is there; by default those that begin as `href` does. */
  at?: readonly string[]
  beside?: JSX.Element
}

/**
 * The frame of every signed-in page: the ways through the product beside it, below 56 rem under it.
 *
 * @param props.project which project this is, where there are several
 * @param props.who who is signed in
 * @param props.waiting how many approvals wait for whoever looks
 * @param props.audit whether the way to the audit is shown
 */
export function Shell(props: {
  connection: JSX.Element
  project: JSX.Element
  who: JSX.Element
  waiting: JSX.Element
  audit: boolean
  signOut: () => void
  children: JSX.Element
}): JSX.Element {
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
  const first: readonly Ways[] = [
    { href: '/', icon: 'overview', words: 'Overview', at: [] },
    { href: '/actions', icon: 'actions', words: 'Actions' },
    { href: '/invocations', icon: 'runs', words: 'Invocations' },
    {
      href: '/approvals',
      icon: 'approve',
      words: 'Approvals',
      get beside() {
        return props.waiting
      },
    },
  ]
  const rest = (): readonly Ways[] => [
    { href: '/schedule', icon: 'calendar', words: 'Schedule' },
    { href: '/services', icon: 'services', words: 'Services' },
    ...(props.audit ? ([{ href: '/audit', icon: 'audit', words: 'Audit' }] as const) : []),
    { href: '/settings', icon: 'settings', words: 'Settings', at: ['/settings', '/members', '/roles'] },
  ]
  return (
    <div class="shell">
      <a class="skip" href="#main" target="_self">
        Skip to the page
      </a>
      <header class="shell__top">
        <A href="/" class="shell__brand" aria-label="Docket, to the overview">
          <Logo />
        </A>
        {props.project}
        <span class="shell__tools">
          {props.connection}
          {props.who}
          <ThemeButton />
          <Button class="shell__out" look="ghost" icon="exit" onClick={() => props.signOut()}>
            <span>Sign out</span>
          </Button>
        </span>
      </header>
      <nav class="shell__nav" aria-label="Main">
        <For each={first}>{(way) => <Way {...way} />}</For>
        <div class="shell__rest">
          <For each={rest()}>{(way) => <Way {...way} />}</For>
        </div>
        <MoreWays ways={rest()} />
      </nav>
      <main id="main" class="shell__main" tabindex="-1" ref={main}>
        <ErrorBoundary fallback={(error, reset) => <Broken error={error} reset={reset} />}>{props.children}</ErrorBoundary>
      </main>
      <Toasts />
    </div>
  )
}

/** Not all ways fit the foot of a phone: those that are needed least open above it. The browser closes it on Escape and on a press beside. */
function MoreWays(props: { ways: readonly Ways[] }): JSX.Element {
  let sheet!: HTMLDivElement
  const id = createUniqueId()
  const location = useLocation()
  return (
    <div class="shell__more">
      <button
        type="button"
        class="way"
        classList={{ 'way--active': props.ways.some((way) => isAt(way, location.pathname)) }}
        popovertarget={id}
      >
        <Icon name="more" />
        More
      </button>
      <div id={id} class="shell__sheet" popover="auto" ref={sheet}>
        <For each={props.ways}>{(way) => <Way {...way} go={() => sheet.hidePopover()} />}</For>
      </div>
    </div>
  )
}

const isAt = ({ href, at = [href] }: Ways, path: string): boolean => path === href || at.some((each) => path.startsWith(each))

function Way(props: Ways & { go?: () => void }): JSX.Element {
  const location = useLocation()
  const active = () => isAt(props, location.pathname)
  return (
    <A
      href={props.href}
      class="way"
      classList={{ 'way--active': active() }}
      aria-current={active() ? 'page' : undefined}
      onClick={() => props.go?.()}
    >
      <Icon name={props.icon} />
      {props.words}
      {props.beside}
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
