/** Monday first, as ISO counts them from 1. */
export const WEEKDAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** `Mon`. */
export const shortDay = (name: string): string => name.slice(0, 3)
