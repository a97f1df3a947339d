import { setTimeout as delay } from 'node:timers/promises'
import { monotonic } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Outcome } from '../store/settle.ts'

/** The outcome of an attempt: of a run, or of a callback. */
export type Settled = Pick<Outcome, 'invocationId' | 'attempt' | 'responseHeaders' | 'responseBody'> & { status: string }

/** Writes outcomes in batches and does not forget one while the process lives. */
export interface Settler<Outcome extends Settled> {
  add(outcome: Outcome): void
  /** Resolves when everything added so far is on record (or was fenced off, or refused). Pends for as long as the database is away. */
  idle(): Promise<void>
  /** Outcomes that are not on record yet. */
  readonly pending: number
}

export interface SettlerOptions<Outcome extends Settled> {
  log: Log
  /** Puts them on record in one statement; gives the invocations of those that were not fenced off. */
  write(outcomes: readonly Outcome[]): Promise<Set<string>>
  /** After each batch on record. */
  onSettled(outcomes: readonly Outcome[]): void
  /** One that the database refuses even without the response: it is given up, and judged as interrupted once its lease has run out. */
  onRefused?(outcome: Outcome): void
}

/** Largest batch: more per statement gains nothing, and a lost one costs its time again. */
const BATCH_ROWS = 500
/** An outcome waits this long for company; longer when others came shortly before it. Each batch is a commit, and the marks of what is due next wait for the disk behind it. */
const LINGER_MS = 5
const LINGER_BUSY_MS = 25
/** At speed, when the batch before was of so many rows: fewer and fuller ones leave more of the machine to those who send. */
const LINGER_FULL_MS = 100
const FULL_ROWS = 100
const BUSY_MS = 100
const RETRY_FIRST_MS = 100
const RETRY_MOST_MS = 2_000

export function createSettler<Outcome extends Settled>({
  log,
  write: record,
  onSettled,
  onRefused,
}: SettlerOptions<Outcome>): Settler<Outcome> {
  const waiting: Outcome[] = []
  let writing = 0
  let timer: NodeJS.Timeout | undefined
  let writtenAt = Number.NEGATIVE_INFINITY
  let writtenRows = 0
  const idlers: (() => void)[] = []

  function schedule() {
    if (waiting.length < BATCH_ROWS) timer ??= setTimeout(flush, lingerMs())
    else {
      clearTimeout(timer)
      void flush()
    }
  }

  function lingerMs() {
    if (idlers.length > 0 || monotonic() - writtenAt >= BUSY_MS) return LINGER_MS
    return writtenRows < FULL_ROWS ? LINGER_BUSY_MS : LINGER_FULL_MS
  }

  async function flush() {
    timer = undefined
    if (writing > 0 || waiting.length === 0) return
    const batch = waiting.splice(0, BATCH_ROWS)
    writing = batch.length
    await write(batch)
    writing = 0
    writtenAt = monotonic()
    writtenRows = batch.length
    if (waiting.length > 0) schedule()
    else for (const resolve of idlers.splice(0)) resolve()
  }

  /** Until it is on record: an outage of the database is waited for, and one row that it refuses does not hold up the others. */
  async function write(batch: Outcome[]): Promise<void> {
    for (let pause = RETRY_FIRST_MS; ; pause = Math.min(pause * 2, RETRY_MOST_MS)) {
      try {
        const settled = await record(batch)
        if (settled.size < batch.length) reportFenced(batch, settled)
        onSettled(batch)
        return
      } catch (error) {
        if (isRefusal(error)) return batch.length > 1 ? await halve(batch) : await strip(batch[0]!, error)
        log.warn({ err: error, outcomes: batch.length }, 'outcomes are not on record yet; trying again')
        await delay(pause)
      }
    }
  }

  async function halve(batch: Outcome[]) {
    const middle = batch.length >> 1
    await write(batch.slice(0, middle))
    await write(batch.slice(middle))
  }

  /** What came from outside is what a database can refuse; the state of the invocation must not depend on it. */
  async function strip(outcome: Outcome, error: unknown) {
    if (outcome.responseHeaders === null && outcome.responseBody === null) {
      log.error(
        { err: error, invocation: outcome.invocationId, attempt: outcome.attempt },
        'outcome refused by the database; its lease will run out',
      )
      onRefused?.(outcome)
      return
    }
    log.warn(
      { err: error, invocation: outcome.invocationId, attempt: outcome.attempt },
      'response refused by the database; recorded without it',
    )
    await write([{ ...outcome, responseHeaders: null, responseBody: null }])
  }

  function reportFenced(batch: Outcome[], settled: Set<string>) {
    for (const { invocationId, attempt, status } of batch) {
      if (!settled.has(invocationId))
        log.warn({ invocation: invocationId, attempt, status }, 'outcome dropped: another server answers for it by now')
    }
  }

  return {
    add(outcome) {
      waiting.push(outcome)
      if (writing === 0) schedule()
    },
    idle() {
      if (writing === 0 && waiting.length === 0) return Promise.resolve()
      return new Promise((resolve) => idlers.push(resolve))
    },
    get pending() {
      return waiting.length + writing
    },
  }
}

/** SQLSTATE classes that say the values are wrong, not the moment: data exception, integrity violation, syntax or access. */
const isRefusal = (error: unknown) => /^(22|23|42)/.test(String((error as { code?: unknown }).code ?? ''))
