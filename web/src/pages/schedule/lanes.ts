/** A coming run, as the timeline draws it. Instants are epoch ms; `at` is when it starts. */
export interface Coming {
  actionId: string
  name: string
  at: number
}

/** All runs of one action, the first one first. */
export interface Lane {
  id: string
  name: string
  starts: number[]
}

/** One lane per action, by the time of its first run. */
export function lanesOf(runs: readonly Coming[]): Lane[] {
  const lanes = new Map<string, Lane>()
  for (const { actionId, name, at } of runs) {
    const lane = lanes.get(actionId)
    if (lane) lane.starts.push(at)
    else lanes.set(actionId, { id: actionId, name, starts: [at] })
  }
  for (const lane of lanes.values()) lane.starts.sort((a, b) => a - b)
  return [...lanes.values()].sort((a, b) => (a.starts[0] ?? 0) - (b.starts[0] ?? 0) || a.name.localeCompare(b.name))
}

/** How many runs start in each of `count` equal parts of the time from `from` to `to`. */
export function barsOf(starts: readonly number[], from: number, to: number, count: number): number[] {
  const bars = Array.from({ length: count }, () => 0)
  for (const at of starts) {
    const bar = Math.floor(((at - from) / (to - from)) * count)
    if (bar >= 0 && bar < count) bars[bar] = (bars[bar] ?? 0) + 1
  }
  return bars
}

/** The runs as one SVG path of upright lines in a box `width` wide and 1 high; those that would lie upon each other are one line. */
export function ticksOf(starts: readonly number[], from: number, to: number, width: number): string {
  const places = barsOf(starts, from, to, width).flatMap((count, place) => (count > 0 ? [place] : []))
  return places.map((place) => `M${place + 0.5} 0V1`).join('')
}

/** The full hours of `zone` that the axis names: those from `from` to `to` whose hour is a multiple of `every`. `offset` gives the zone's, ms. */
export function hoursOf(from: number, to: number, every: number, offset: (at: number) => number): number[] {
  const hours: number[] = []
  for (let at = Math.ceil(from / QUARTER_MS) * QUARTER_MS; at < to; at += QUARTER_MS) {
    const local = at + offset(at)
    if (local % HOUR_MS === 0 && (local / HOUR_MS) % every === 0) hours.push(at)
  }
  return hours
}

const HOUR_MS = 3_600_000
/** Every offset in use is a multiple of this. */
const QUARTER_MS = 900_000
