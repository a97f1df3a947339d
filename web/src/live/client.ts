import { type Client, createClient, fetchExchange, mapExchange, type SubscriptionForwarder, subscriptionExchange } from '@urql/core'
import { isSignedOut } from './failure.ts'
import type { Socket } from './socket.ts'

/** A server that ends an endless subscription (a stop, a restart) is asked again after this. */
const ASK_AGAIN_MS = 1_000

/** Subscriptions that go on for ever and are resumed by the cursor of their last event. */
const ENDLESS = ['invocationChanged', 'approvalChanged'] as const

/**
 * The way to the server this page came from, with the session's cookie unless it is `anonymous`. Nothing is cached: what is shown is kept
 * live instead.
 */
export function createDashboardClient(socket: Socket, anonymous: boolean, onSignedOut: () => void): Client {
  return createClient({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'network-only',
    fetchOptions: anonymous ? { credentials: 'omit' } : { credentials: 'same-origin', headers: { 'x-requested-by': 'dashboard' } },
    exchanges: [
      mapExchange({
        onError(error) {
          if (isSignedOut(error)) onSignedOut()
        },
      }),
      fetchExchange,
      subscriptionExchange({ forwardSubscription: forward(socket) }),
    ],
  })
}

function forward(socket: Socket): SubscriptionForwarder {
  return (request) => ({
    subscribe(sink) {
      const payload = { query: request.query ?? '', variables: { ...(request.variables as Record<string, unknown>) } }
      const resume = socket.resumable(payload)
      const endless = ENDLESS.find((name) => payload.query.includes(name))
      let stopped = false
      let stop = () => {}
      const again = () => {
        const timer = setTimeout(start, ASK_AGAIN_MS)
        stop = () => clearTimeout(timer)
      }
      const start = () => {
        stop = socket.client.subscribe<Record<string, { cursor?: string }>>(payload, {
          next(message) {
            const cursor = endless && message.data?.[endless]?.cursor
            if (cursor) resume.seen(cursor)
            sink.next(message as Parameters<typeof sink.next>[0])
          },
          error(reason) {
            if (stopped) return
            if (Array.isArray(reason)) return sink.error(reason)
            again()
          },
          complete() {
            if (stopped) return
            if (endless) again()
            else sink.complete()
          },
        })
      }
      start()
      return {
        unsubscribe() {
          stopped = true
          resume.forget()
          stop()
        },
      }
    },
  })
}
