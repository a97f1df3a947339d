import { setTimeout as delay } from 'node:timers/promises'
import type { Progress } from './store/starting.ts'

/** How long work in flight may take to finish once the process is told to stop. */
const FINISH_MS = 30_000
/** How long one step may take to end after it was told to hurry; the embedded database needs up to 15 s. */
const HURRY_MS = 20_000
/** Ctrl-C under npm arrives twice, from the terminal and from npm: what comes this soon is the same wish. */
const SAME_WISH_MS = 1_000

/** Thrown by `start` when the process was told to stop meanwhile. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

export type Lifecycle = {
  /**
   * Starts a part of the server and remembers how to end it.
   *
   * @param end gets the part and a signal that aborts when there is no more time to finish politely
   * @throws Stopped when the process is being stopped: nothing further is started
   */
  start<T>(name: string, begin: () => T | Promise<T>, end?: (part: T, hurry: AbortSignal) => unknown): Promise<T>
  /** Ends everything that was started, the last first. A second call returns the first one's promise. Never rejects. */
  stop(): Promise<void>
  /** Aborts the signal every ending part has. */
  hurry(): void
  /**
   * SIGINT, SIGTERM and SIGHUP stop, and the same again hurries; then the process exits with 0.
   *
   * @returns a function that takes the handlers off again
   */
  stopOnSignals(): () => void
}

/** The order of starting and stopping, kept in one place: parts end in the reverse order of their start, whatever fails on the way. */
export function createLifecycle(log: Progress): Lifecycle {
  const ends: { name: string; end: (hurry: AbortSignal) => unknown }[] = []
  const hurry = new AbortController()
  let starting: Promise<unknown> = Promise.resolve()
  let stopping: Promise<void> | undefined

  async function start<T>(name: string, begin: () => T | Promise<T>, end?: (part: T, hurry: AbortSignal) => unknown): Promise<T> {
    if (stopping) throw new Stopped()
    const part = (async () => {
      const begun = await begin()
      if (end) ends.push({ name, end: (signal) => end(begun, signal) })
      return begun
    })()
    starting = part.catch(() => {})
    const begun = await part
    if (stopping) throw new Stopped()
    return begun
  }

  async function stopAll(): Promise<void> {
    const limit = setTimeout(() => hurry.abort(), FINISH_MS)
    await starting
    for (let part = ends.pop(); part; part = ends.pop()) await endPart(part)
    clearTimeout(limit)
  }

  async function endPart({ name, end }: (typeof ends)[number]): Promise<void> {
    const over = new AbortController()
    try {
      const ended = (async () => end(hurry.signal))().then(() => true)
      if (!(await Promise.race([ended, tooLate(hurry.signal, over.signal)]))) log.warn(`Gave up waiting for the ${name} to stop.`)
    } catch (error) {
      log.warn(`The ${name} did not stop cleanly: ${(error as Error).message}`)
    } finally {
      over.abort()
    }
  }

  const lifecycle: Lifecycle = {
    start,
    stop: () => (stopping ??= stopAll()),
    hurry: () => hurry.abort(),
    stopOnSignals() {
      let first: number | undefined
      const onSignal = (signal: NodeJS.Signals) => {
        if (first === undefined) {
          first = Date.now()
          log.info(`Got ${signal}: finishing what is in flight, ${FINISH_MS / 1000} s at most. The same again stops at once.`)
          void lifecycle.stop().then(() => process.exit(0))
        } else if (Date.now() - first > SAME_WISH_MS) lifecycle.hurry()
      }
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
      for (const signal of signals) process.on(signal, onSignal)
      return () => {
        for (const signal of signals) process.off(signal, onSignal)
      }
    },
  }
  return lifecycle
}

/** Resolves with false HURRY_MS after `hurry` aborts; never when `over` aborts before. */
async function tooLate(hurry: AbortSignal, over: AbortSignal): Promise<boolean> {
  if (!hurry.aborted) await new Promise<void>((resolve) => hurry.addEventListener('abort', () => resolve(), { once: true, signal: over }))
  await delay(HURRY_MS, undefined, { signal: over }).catch(() => new Promise<never>(() => {}))
  return false
}
