import type { Tone } from '../ui/status.tsx'

/** One line of the timeline. `at` is when it happened or will happen. */
export interface Step {
  key: string
  title: string
  detail: string | undefined
  at: string | undefined
  tone: Tone
  state: 'done' | 'current' | 'coming'
}

export const step = (key: string, title: string, rest: Partial<Step>): Step => ({
  key,
  title,
  detail: undefined,
  at: undefined,
  tone: 'quiet',
  state: 'done',
  ...rest,
})
