import type { JSX } from 'solid-js'

/** The mark, a docket that is ticked off, with the name beside it. */
export function Logo(): JSX.Element {
  return (
    <span class="logo">
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
        <path
          fill="var(--accent)"
          d="M8 3h16a4 4 0 0 1 4 4v6a3 3 0 0 0 0 6v6a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4v-6a3 3 0 0 0 0-6V7a4 4 0 0 1 4-4Z"
        />
        <path
          fill="none"
          stroke="var(--ink-inverse)"
          stroke-width="2.8"
          stroke-linecap="round"
          stroke-linejoin="round"
          d="m11 16.5 3.6 3.6L21.5 12"
        />
      </svg>
      <b>Docket</b>
    </span>
  )
}
