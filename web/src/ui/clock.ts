import { createRoot, createSignal } from 'solid-js'

/** The present, epoch ms, one tick a second for the whole page; a hidden page catches up when it is shown again. */
export const now = createRoot(() => {
  const [value, setValue] = createSignal(Date.now())
  const tick = () => setValue(Date.now())
  setInterval(tick, 1000)
  document.addEventListener('visibilitychange', tick)
  return value
})
