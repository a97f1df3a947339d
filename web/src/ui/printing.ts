import { createRoot, createSignal } from 'solid-js'

/** Whether the page is being put on paper, where nothing can be opened any more. */
export const printing = createRoot(() => {
  const [value, setValue] = createSignal(false)
  addEventListener('beforeprint', () => setValue(true))
  addEventListener('afterprint', () => setValue(false))
  return value
})
