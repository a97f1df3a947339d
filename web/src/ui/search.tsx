import type { JSX } from 'solid-js'
import { onCleanup } from 'solid-js'
import { Icon } from './icon.tsx'
import { RestingInput } from './resting-input.tsx'

/** A search line. It tells what is looked for once typing rests, and `/` leads to it from anywhere on the page. */
export function Search(props: { label: string; value: string; onSearch: (text: string) => void }): JSX.Element {
  let input!: HTMLInputElement
  const onKey = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]')
    if (event.key !== '/' || typing || event.metaKey || event.ctrlKey || event.altKey) return
    event.preventDefault()
    input.focus()
  }
  document.addEventListener('keydown', onKey)
  onCleanup(() => document.removeEventListener('keydown', onKey))
  return (
    <search class="search">
      <Icon name="search" />
      <RestingInput ref={(it) => (input = it)} label={props.label} value={props.value} change={props.onSearch} />
      <span class="search__key mono" aria-hidden="true">
        /
      </span>
    </search>
  )
}
