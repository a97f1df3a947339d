import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import './account.css'
import { viewer } from './viewer.ts'

/** Who is signed in, as what, and the way to the account. */
export function AccountLink(): JSX.Element {
  const name = () => viewer()?.member?.name ?? viewer()?.actor.name ?? ''
  return (
    <A href="/account" class="who" aria-label={name() ? `Account of ${name()}` : 'Account'} title="Account">
      <span class="who__mark" aria-hidden="true">
        {initials(name())}
      </span>
      <span class="who__words">
        <span class="clip">{name() || 'Account'}</span>
        <Show when={viewer()?.role}>{(role) => <span class="clip quiet small">{role().name}</span>}</Show>
      </span>
    </A>
  )
}

/** The first letters of the first and the last word. */
function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const first = (word: string | undefined) => (word ? ([...word][0] ?? '') : '')
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toUpperCase()
}
