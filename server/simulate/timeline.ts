import { createHash } from 'node:crypto'
import type { InvocationStatus, StatusReason } from '../domain/lifecycle.ts'

/** A run came into a state. Instants are epoch ms. */
export interface TimelineEntry {
  at: number
  action: string
  /** Nominal time of the run. */
  scheduledFor: number
  status: InvocationStatus
  /** Attempts so far; 0 when nothing was sent. */
  attempt: number
  reason: StatusReason | null
  /** Code of the attempt that failed. */
  error: string | null
  /** With RETRYING: when the next attempt is due. */
  retryAt: number | null
  /** On the one entry that stands for missed occurrences that get no row: how many more; else 0. */
  missedCount: number
}

export interface Timeline {
  add(entry: TimelineEntry): void
  /** Call once, at the end. */
  finish(): { first: TimelineEntry[]; entries: number; digest: string }
}

export interface TimelineOptions {
  /** How many entries to keep. */
  first: number
  /** Gets the whole timeline as JSON lines, some at a time. */
  onLines?: ((lines: string) => void) | undefined
}

/** Larger pieces take longer to be joined than they save. */
const PIECE_CHARACTERS = 64 * 1024

/** The digest is the SHA-256 of all lines, in hexadecimal: what `sha256sum` says of them. */
export function createTimeline({ first, onLines }: TimelineOptions): Timeline {
  const hash = createHash('sha256')
  const kept: TimelineEntry[] = []
  const names = new Map<string, string>()
  const isoAt = createIso()
  const isoFor = createIso()
  let lines = ''
  let entries = 0

  const nameOf = (action: string) => {
    const known = names.get(action)
    if (known) return known
    const text = asciiJson(action)
    names.set(action, text)
    return text
  }
  const flush = () => {
    hash.update(lines, 'latin1')
    onLines?.(lines)
    lines = ''
  }
  return {
    add(entry) {
      entries++
      if (kept.length < first) kept.push(entry)
      // Written out: there are millions of them.
      let line = `{"at":"${isoAt(entry.at)}","action":${nameOf(entry.action)},"scheduledFor":"${isoFor(entry.scheduledFor)}","status":"${entry.status}"`
      if (entry.attempt > 0) line += `,"attempt":${entry.attempt}`
      if (entry.reason !== null) line += `,"reason":"${entry.reason}"`
      if (entry.error !== null) line += `,"error":"${entry.error}"`
      if (entry.retryAt !== null) line += `,"retryAt":"${new Date(entry.retryAt).toISOString()}"`
      if (entry.missedCount > 0) line += `,"missedCount":${entry.missedCount}`
      lines += `${line}}\n`
      if (lines.length >= PIECE_CHARACTERS) flush()
    },
    finish() {
      if (lines !== '') flush()
      return { first: kept, entries, digest: hash.digest('hex') }
    },
  }
}

/** One byte for each character: no piece needs to be encoded before it is hashed. */
const asciiJson = (text: string) =>
  JSON.stringify(text).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const digits = (value: number, width: number) => String(value).padStart(width, '0')
const MINUTES = Array.from({ length: 1_440 }, (_, minute) => `${digits(Math.floor(minute / 60), 2)}:${digits(minute % 60, 2)}:`)
const SECONDS = Array.from({ length: 60 }, (_, second) => `${digits(second, 2)}.`)
const MILLISECONDS = Array.from({ length: 1_000 }, (_, ms) => `${digits(ms, 3)}Z`)

/** As toISOString, for instants of which many fall onto the same day. */
function createIso(): (at: number) => string {
  let day = Number.NaN
  let date = ''
  return (at) => {
    const own = Math.floor(at / 86_400_000)
    if (own !== day) {
      day = own
      date = new Date(at).toISOString().slice(0, 11)
    }
    const ms = at - day * 86_400_000
    return date + MINUTES[Math.floor(ms / 60_000)]! + SECONDS[Math.floor(ms / 1_000) % 60]! + MILLISECONDS[ms % 1_000]!
  }
}
