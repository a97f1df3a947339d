import { lookup } from 'node:dns'
import { monotonic } from '../clock.ts'
import { ConnectError } from './connect-error.ts'

/** Finds all addresses of a name; answers later, once. */
export type Lookup = (name: string, done: (error: Error | null, addresses: readonly string[]) => void) => void

/** Gives back a function that waits no longer. `done` gets at least one address, or a ConnectError, and never before this has returned. */
export type Resolve = (name: string, done: (error: ConnectError | null, addresses: readonly string[]) => void) => () => void

/** As every program of this machine sees names, `/etc/hosts` included. */
export const systemLookup: Lookup = (name, done) =>
  lookup(name, { all: true, order: 'verbatim' }, (error, found) => done(error, found?.map(({ address }) => address) ?? []))

/** So long a name that got no answer in time is not asked for: short enough for one that was busy, long enough for the system to give up. */
const DNS_REST_MS = 5_000
/** Names at rest; beyond that the oldest may be asked for again. */
const RESTING_MOST = 1_000

/**
 * Asks once for all who want a name at one time. The system answers few questions at a time (half of UV_THREADPOOL_SIZE), and one about a dead
 * name server holds its place long after we gave up: neither a host with many requests nor one that is asked for again and again may take all
 * places. Answers are not kept; that none came in time is, for `restMs`, and fails at once.
 */
export function createResolve(ask: Lookup, timeoutMs: number, restMs = DNS_REST_MS): Resolve {
  const asked = new Map<string, Question>()
  /** Names and until when they rest, by the monotonic clock, in that order. */
  const resting = new Map<string, number>()

  function rest(name: string) {
    resting.delete(name)
    resting.set(name, monotonic() + restMs)
    if (resting.size > RESTING_MOST) resting.delete(resting.keys().next().value!)
  }

  function rests(name: string): boolean {
    const now = monotonic()
    for (const [oldest, until] of resting) {
      if (until > now) break
      resting.delete(oldest)
    }
    return resting.has(name)
  }

  function askFor(name: string): Question {
    const question: Question = { waiters: new Set(), late: false }
    asked.set(name, question)
    ask(name, (error, addresses) => {
      asked.delete(name)
      const failure = error || addresses.length === 0 ? new ConnectError('DNS_FAILED', 'DNS', codeOf(error) ?? 'no address') : null
      // The system gave up, later than we did.
      if (question.late && failure) rest(name)
      else resting.delete(name)
      for (const { done, timer } of question.waiters) {
        clearTimeout(timer)
        done(failure, addresses)
      }
    })
    return question
  }

  return (name, done) => {
    const timedOut = (text: string) => done(new ConnectError('DNS_TIMEOUT', 'DNS', text), [])
    if (rests(name)) {
      const soon = setImmediate(timedOut, `no answer within ${timeoutMs / 1000} s a moment ago`)
      return () => clearImmediate(soon)
    }
    const question = asked.get(name) ?? askFor(name)
    const timer = setTimeout(() => {
      question.waiters.delete(waiter)
      question.late = true
      if (!rests(name)) rest(name)
      timedOut(`no answer within ${timeoutMs / 1000} s`)
    }, timeoutMs)
    const waiter = { done, timer }
    question.waiters.add(waiter)
    return () => {
      clearTimeout(timer)
      question.waiters.delete(waiter)
    }
  }
}

/** One that is out. */
interface Question {
  waiters: Set<{ done: Parameters<Resolve>[1]; timer: NodeJS.Timeout }>
  /** Someone has given up on it. */
  late: boolean
}

const codeOf = (error: Error | null) => error && ((error as NodeJS.ErrnoException).code ?? error.message)
