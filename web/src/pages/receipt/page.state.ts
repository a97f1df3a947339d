import type { Accessor } from 'solid-js'
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { ReceiptViewFragment } from '../../../../sdk/generated/operations.ts'
import { ReceiptChangedDocument, ReceiptDocument } from '../../../../sdk/generated/operations.ts'
import { useClient, useSocket } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { watch } from '../../live/watch.ts'
import { FINAL } from '../../words.ts'

/** Without a socket (a proxy that lets none through) the receipt is asked for again after this, until it is final. */
const POLL_MS = 3_000

/** A public receipt: its state now, then every change until it is final. Needs no session; the token is the key. */
export function createReceiptState(token: Accessor<string>) {
  const client = useClient()
  const socket = useSocket()
  const receipt = createLoaded<ReceiptViewFragment, string>(token, async (asked) => {
    const { data, error } = await client.query(ReceiptDocument, { token: asked }).toPromise()
    return { data: data?.receipt, error }
  })
  const final = () => FINAL.has(receipt.data()?.status ?? 'PENDING')
  // Nothing is watched before it is known that there is such a receipt, or after it cannot change any more.
  const [watched, setWatched] = createSignal<{ token: string }>()
  createEffect(() =>
    setWatched((before) => (receipt.data() && !final() ? (before?.token === token() ? before : { token: token() }) : undefined)),
  )
  watch(ReceiptChangedDocument, watched, (data) => receipt.set(data.receiptChanged), receipt.reload)
  createEffect(
    on([() => socket.connection() === 'lost', final], ([lost, ended]) => {
      if (!lost || ended) return
      const timer = setInterval(() => void receipt.reload(), POLL_MS)
      onCleanup(() => clearInterval(timer))
    }),
  )
  return receipt
}
