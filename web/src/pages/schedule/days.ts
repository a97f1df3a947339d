/** What one action does on one day. */
export interface Entry {
  id: string
  name: string
  /** How many runs it has on that day. */
  runs: number
  /** Nominal time of the first, as an ISO instant. */
  firstAt: string
}

/** One day of the calendar; days without a run are there too. */
export interface Day {
  /** `YYYY-MM-DD`. */
  date: string
  /** Runs of all actions, also of those that are not among the entries. */
  runs: number
  /** How many actions run on it. */
  actions: number
  /** The actions that run first. */
  entries: Entry[]
}

/** What runs once in the order of its times, then what runs all day long: that is the same on every day. */
export const inOrder = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted((a, b) => (a.runs > 1 || b.runs > 1 ? a.runs - b.runs : 0) || a.firstAt.localeCompare(b.firstAt))

/** 0 = Monday to 6 = Sunday: the column of a date in the calendar. */
export const columnOf = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7

/** `Mon 8 Mar`. */
export function dayWords(date: string): string {
  const at = new Date(`${date}T00:00:00Z`)
  return `${at.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' })} ${at.getUTCDate()} ${at.toLocaleDateString('en-GB', { month: 'short', timeZone: 'UTC' })}`
}
