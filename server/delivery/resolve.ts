import { lookup } from 'node:dns'
import { ConnectError } from './connect-error.ts'

/** Finds all addresses of a name; answers later, once. */
export type Lookup = (name: string, done: (error: Error | null, addresses: readonly string[]) => void) => void

/** Gives back a function that waits no longer. `done` gets at least one address, or a ConnectError. */
export type Resolve = (name: string, done: (error: ConnectError | null, addresses: readonly string[]) => void) => () => void

/** As every program of this machine sees names, `/etc/hosts` included. */
export const systemLookup: Lookup = (name, done) =>
  lookup(name, { all: true, order: 'verbatim' }, (error, found) => done(error, found?.map(({ address }) => address) ?? []))

/**
 * Asks once for all who want a name at one time. The system answers few questions at a time, and one about a dead name server holds its place
 * long after we gave up: a host with many requests must not take all places. Answers are not kept.
 */
export function createResolve(ask: Lookup, timeoutMs: number): Resolve {
  type Waiter = { done: Parameters<Resolve>[1]; timer: NodeJS.Timeout }
  const asked = new Map<string, Set<Waiter>>()

  return (name, done) => {
    let waiters = asked.get(name)
    const waiter: Waiter = {
      done,
      timer: setTimeout(() => {
        asked.get(name)?.delete(waiter)
        done(new ConnectError('DNS_TIMEOUT', 'DNS', `no answer within ${timeoutMs / 1000} s`), [])
      }, timeoutMs),
    }
    if (!waiters) {
      waiters = new Set()
      asked.set(name, waiters)
      ask(name, (error, addresses) => {
        asked.delete(name)
        const failure = error || addresses.length === 0 ? new ConnectError('DNS_FAILED', 'DNS', codeOf(error) ?? 'no address') : null
        for (const { done, timer } of waiters!) {
          clearTimeout(timer)
          done(failure, addresses)
        }
      })
    }
    waiters.add(waiter)
    return () => {
      clearTimeout(waiter.timer)
      waiters.delete(waiter)
    }
  }
}

const codeOf = (error: Error | null) => error && ((error as NodeJS.ErrnoException).code ?? error.message)
