import type { JSX } from 'solid-js'
import { onCleanup } from 'solid-js'
import { Input } from './field.tsx'
import { Icon } from './icon.tsx'

/** Long enough that a word typed at once is one search. */
const SETTLED_MS = 220

/** A search line. It tells what is looked for once typing rests, and `/` leads to it from anywhere on the page. */
export function Search(props: { label: string; value: string; onSearch: (text: string) => void }): JSX.Element {
  let input!: HTMLInputElement
  let timer: ReturnType<typeof setTimeout> | undefined
  const onKey = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]')
    if (event.key !== '/' || typing || event.metaKey || event.ctrlKey || event.altKey) return
    event.preventDefault()
    input.focus()
  }
  document.addEventListener('keydown', onKey)
  onCleanup(() => {
    document.removeEventListener('keydown', onKey)
    clearTimeout(timer)
  })
  return (
    <search class="search">
      <Icon name="search" />
      <Input
        ref={input}
        type="search"
        aria-label={props.label}
        placeholder={props.label}
        value={props.value}
        onInput={(event) => {
          const text = event.currentTarget.value
          clearTimeout(timer)
          timer = setTimeout(() => props.onSearch(text), SETTLED_MS)
        }}
      />
      <span class="search__key mono" aria-hidden="true">
        /
      </span>
    </search>
  )
}
