import type { Accessor } from 'solid-js'
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { ReceiptViewFragment } from '../../../../sdk/generated/operations.ts'
import { ReceiptChangedDocument, ReceiptDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient, useSocket } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { watch } from '../../live/watch.ts'
import { FINAL } from '../../words.ts'

/** Without a socket (a proxy that lets none through) the receipt is asked for again after this, until it is final. */
const POLL_MS = 3_000
/** A final one changes no more, but it may be revoked while it is open. */
const LOOK_AGAIN_MS = 60_000
/** The longest wait that a timer takes. */
const TIMER_MS = 2 ** 31 - 1

/** A public receipt: its state now, then every change until it and its callback have ended. Needs no session; the token is the key. */
export function createReceiptState(token: Accessor<string>) {
  const client = useClient()
  const socket = useSocket()
  const receipt = createLoaded<ReceiptViewFragment, string>(token, (asked) =>
    ask(client, ReceiptDocument, { token: asked }, (data) => data.receipt),
  )
  const final = () => FINAL.has(receipt.data()?.status ?? 'PENDING') && receipt.data()?.callback?.status !== 'PENDING'
  // Nothing is watched before it is known that there is such a receipt, or after it cannot change any more.
  const [watched, setWatched] = createSignal<{ token: string }>()
  createEffect(() =>
    setWatched((before) => (receipt.data() && !final() ? (before?.token === token() ? before : { token: token() }) : undefined)),
  )
  const { reload } = receipt
  watch(ReceiptChangedDocument, watched, (data) => receipt.set(data.receiptChanged), reload, undefined, reload)
  createEffect(
    on([() => socket.connection() === 'lost', final], ([lost, ended]) => {
      if (!lost || ended) return
      const timer = setInterval(() => void reload(), POLL_MS)
      onCleanup(() => clearInterval(timer))
    }),
  )
  createEffect(
    on(final, (ended) => {
      if (!ended) return
      const look = () => document.visibilityState === 'visible' && void reload()
      const timer = setInterval(look, LOOK_AGAIN_MS)
      document.addEventListener('visibilitychange', look)
      onCleanup(() => {
        clearInterval(timer)
        document.removeEventListener('visibilitychange', look)
      })
    }),
  )
  createEffect(
    on(
      () => receipt.data()?.expiresAt,
      (expiresAt) => {
        const left = expiresAt ? Date.parse(expiresAt) - Date.now() : Number.POSITIVE_INFINITY
        if (left > TIMER_MS) return
        const timer = setTimeout(() => void reload(), Math.max(0, left))
        onCleanup(() => clearTimeout(timer))
      },
    ),
  )
  /** It was shown here, and is no more. */
  const [gone, setGone] = createSignal(false)
  createEffect(on(receipt.data, (data, before) => setGone(data === null && before != null)))
  return { receipt, gone, live: () => receipt.data() != null && !final() }
}
