import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { IconButton } from './button.tsx'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'docket.theme'

const [theme, setThemeSignal] = createSignal<Theme>(stored())

export { theme }

/** Shows the page in this theme, now and on later visits. */
export function setTheme(next: Theme): void {
  setThemeSignal(next)
  if (next === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** To the other of light and dark, whichever is seen. */
export function ThemeButton(): JSX.Element {
  const dark = () => (theme() === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme() === 'dark')
  return (
    <IconButton
      icon={dark() ? 'sun' : 'moon'}
      label={dark() ? 'Light theme' : 'Dark theme'}
      onClick={() => setTheme(dark() ? 'light' : 'dark')}
    />
  )
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}
