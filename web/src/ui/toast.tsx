import type { JSX } from 'solid-js'
import { createSignal, For, Show } from 'solid-js'
import { Icon } from './icon.tsx'
import './toast.css'

interface Toast {
  id: number
  message: string
  bad: boolean
  link: { href: string; words: string } | undefined
}

/** Long enough to read two lines twice. */
const SHOWN_MS = 6_000

const [toasts, setToasts] = createSignal<Toast[]>([])
let last = 0

/** Says in a corner, and to screen readers, what came of something. */
export function toast(message: string, options: { bad?: boolean; link?: { href: string; words: string } } = {}): void {
  const id = ++last
  setToasts((all) => [...all.slice(-2), { id, message, bad: options.bad ?? false, link: options.link }])
  setTimeout(() => dismiss(id), SHOWN_MS)
}

/** Where toasts appear; once a page. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      <For each={toasts()}>
        {(each) => (
          <div class="toast" classList={{ 'toast--bad': each.bad }}>
            <Icon name={each.bad ? 'warning' : 'check'} />
            <span>{each.message}</span>
            <Show when={each.link}>
              {(link) => (
                <a class="toast__link" href={link().href}>
                  {link().words}
                </a>
              )}
            </Show>
            <button type="button" aria-label="Dismiss" onClick={() => dismiss(each.id)}>
              <Icon name="cross" size={14} />
            </button>
          </div>
        )}
      </For>
    </div>
  )
}

const dismiss = (id: number) => setToasts((all) => all.filter((each) => each.id !== id))
