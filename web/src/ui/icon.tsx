import type { JSX } from 'solid-js'

/** A 16 px line icon that takes the colour of its text. Decorative: whoever uses it gives the words. */
export function Icon(props: { name: IconName; size?: number; class?: string }): JSX.Element {
  return (
    <svg
      class={props.class ? `icon ${props.class}` : 'icon'}
      viewBox="0 0 16 16"
      width={props.size ?? 16}
      height={props.size ?? 16}
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[props.name]} />
    </svg>
  )
}

const PATHS = {
  actions: 'M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5ZM8 4.5V8l2.25 1.5',
  runs: 'M1.75 8h2.5l2-5 3.5 10 2-5h2.5',
  settings: 'M2 4.5h6.5m3 0H14M2 11.5h2.5m3 0H14M10 2.75v3.5M6 9.75v3.5',
  plus: 'M8 3v10M3 8h10',
  play: 'M4.75 2.9v10.2c0 .4.43.64.77.43l8.1-5.1a.5.5 0 0 0 0-.86l-8.1-5.1a.5.5 0 0 0-.77.43Z',
  pause: 'M5.25 3v10M10.75 3v10',
  resume: 'M2.75 3v10M6 3.2v9.6c0 .4.43.64.77.43l7-4.8a.5.5 0 0 0 0-.86l-7-4.8a.5.5 0 0 0-.77.43Z',
  search: 'M7 2.25a4.75 4.75 0 1 1 0 9.5 4.75 4.75 0 0 1 0-9.5ZM10.5 10.5l3.25 3.25',
  check: 'm3 8.5 3.25 3.25L13 5',
  cross: 'm4 4 8 8m0-8-8 8',
  warning: 'M8 2 1.75 13.25h12.5L8 2Zm0 4.5v3m0 1.9v.1',
  clock: 'M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5ZM8 4.5V8l2.25 1.5',
  retry: 'M13.25 8A5.25 5.25 0 1 1 11.4 4M13.25 2v3h-3',
  slash: 'M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5ZM3.7 12.3l8.6-8.6',
  dash: 'M4 8h8',
  copy: 'M6 5.5h6.25c.55 0 1 .45 1 1v6.75c0 .55-.45 1-1 1H6c-.55 0-1-.45-1-1V6.5c0-.55.45-1 1-1ZM11 3.25c0-.83-.6-1.5-1.4-1.5H4.25c-.83 0-1.5.67-1.5 1.5v6.1c0 .8.5 1.4 1.25 1.4',
  link: 'M6.75 9.25a2.75 2.75 0 0 0 4 .2l2.2-2.2a2.75 2.75 0 0 0-3.9-3.9L8 4.4M9.25 6.75a2.75 2.75 0 0 0-4-.2l-2.2 2.2a2.75 2.75 0 0 0 3.9 3.9L8 11.6',
  external: 'M6.5 3H3.75a1 1 0 0 0-1 1v8.25a1 1 0 0 0 1 1H12a1 1 0 0 0 1-1V9.5M9.5 2.75h3.75V6.5M13 3 7.5 8.5',
  sun: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8 1v1.25M8 13.75V15M1 8h1.25M13.75 8H15M3.05 3.05l.9.9M12.05 12.05l.9.9M12.95 3.05l-.9.9M3.95 12.05l-.9.9',
  moon: 'M13.5 9.6A5.9 5.9 0 0 1 6.4 2.5 5.9 5.9 0 1 0 13.5 9.6Z',
  system: 'M2.75 2.75h10.5c.55 0 1 .45 1 1v6.5c0 .55-.45 1-1 1H2.75c-.55 0-1-.45-1-1v-6.5c0-.55.45-1 1-1ZM5.5 14h5M8 11.25V14',
  exit: 'M6 2.75H3.75a1 1 0 0 0-1 1v8.5a1 1 0 0 0 1 1H6M10.5 11l3-3-3-3M13.25 8H6.5',
  right: 'm6 3.5 4.5 4.5L6 12.5',
  down: 'm3.5 6 4.5 4.5L12.5 6',
  edit: 'm10.6 2.9 2.5 2.5M2.75 13.25l.7-3.1 7.3-7.3a1.2 1.2 0 0 1 1.7 0l.7.7a1.2 1.2 0 0 1 0 1.7l-7.3 7.3-3.1.7Z',
  trash:
    'M2.75 4h10.5M6 4V2.75c0-.55.45-1 1-1h2c.55 0 1 .45 1 1V4M4 4l.6 8.8c.05.8.7 1.45 1.5 1.45h3.8c.8 0 1.45-.65 1.5-1.45L12 4M6.75 7v4M9.25 7v4',
  send: 'M14 2 7.25 8.75M14 2 9.75 14l-2.5-5.25L2 6.25 14 2Z',
  person: 'M8 2.25a2.75 2.75 0 1 1 0 5.5 2.75 2.75 0 0 1 0-5.5ZM2.75 13.75c.4-2.6 2.5-4 5.25-4s4.85 1.4 5.25 4',
  print:
    'M4.5 6V1.75h7V6M4.5 11.5H3a1.25 1.25 0 0 1-1.25-1.25v-3C1.75 6.55 2.3 6 3 6h10c.7 0 1.25.55 1.25 1.25v3c0 .7-.55 1.25-1.25 1.25h-1.5M4.5 9.5h7v4.75h-7V9.5Z',
  info: 'M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5ZM8 7.25V11M8 5v.1',
} as const

export type IconName = keyof typeof PATHS
