import type { JSX } from 'solid-js'
import { createEffect, createSignal } from 'solid-js'
import { Icon } from './icon.tsx'

/** What few need, behind one line that says what of it is set. `open` opens it whenever it becomes true; only the reader closes it. */
export function More(props: { title: string; summary: string; open: boolean; children: JSX.Element }): JSX.Element {
  const [open, setOpen] = createSignal(props.open)
  createEffect(() => props.open && setOpen(true))
  return (
    <details class="more" open={open()} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="right" size={14} />
        <span>{props.title}</span>
        <span class="quiet small">{props.summary}</span>
      </summary>
      <div class="stack more__body">{props.children}</div>
    </details>
  )
}

/** Opens what an element is hidden in, so that it can take the focus. */
export const reveal = (element: Element): void => {
  for (let more = element.closest('details'); more; more = more.parentElement?.closest('details') ?? null) more.open = true
}
