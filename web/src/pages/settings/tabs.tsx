import { A, useLocation } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { For } from 'solid-js'
import { PageHead } from '../../ui/page-head.tsx'
import './tabs.css'

const TABS: readonly (readonly [href: string, words: string])[] = [
  ['/settings', 'Project'],
  ['/members', 'Members'],
  ['/roles', 'Roles'],
  ['/settings/tokens', 'API tokens'],
  ['/settings/secrets', 'Secrets'],
  ['/settings/limits', 'Concurrency keys'],
]

/** The title of a page of the settings, and the ways to the others. */
export function SettingsHead(props: { title: string }): JSX.Element {
  const location = useLocation()
  return (
    <>
      <PageHead title={props.title} />
      <nav class="tabs" aria-label="Settings">
        <For each={TABS}>
          {([href, words]) => (
            <A href={href} class="tab" end aria-current={location.pathname === href ? 'page' : undefined}>
              {words}
            </A>
          )}
        </For>
      </nav>
    </>
  )
}
