import { onCleanup } from 'solid-js'

/** On paper nothing can be opened any more: whatever is closed inside `within` is open while it is printed. */
export function openForPrint(within: () => HTMLElement): void {
  let opened: HTMLDetailsElement[] = []
  const open = () => {
    opened = [...within().querySelectorAll<HTMLDetailsElement>('details:not([open])')]
    for (const details of opened) details.open = true
  }
  const close = () => {
    for (const details of opened) details.open = false
    opened = []
  }
  addEventListener('beforeprint', open)
  addEventListener('afterprint', close)
  onCleanup(() => {
    removeEventListener('beforeprint', open)
    removeEventListener('afterprint', close)
  })
}
