import { print } from 'graphql'
import { WebSocket } from 'ws'
import { ReceiptChangedDocument } from '../sdk/generated/operations.ts'
import { parseId } from '../server/domain/ids.ts'

// Started by receipts.ts: watches receipts as their pages do, each over a WebSocket of its own, and tells when each end arrived.

interface Message {
  type: string
  payload?: { data?: { receiptChanged: { id: string; status: string } } }
}

const QUERY = print(ReceiptChangedDocument)
/** Opened at a time. */
const HERD = 50

process.once('message', async ({ url, tokens }: { url: string; tokens: string[] }) => {
  const ends: Promise<{ id: string; at: number }>[] = []
  for (let from = 0; from < tokens.length; from += HERD) {
    const herd = tokens.slice(from, from + HERD).map((token) => watch(url, token))
    await Promise.all(herd.map(({ ready }) => ready))
    ends.push(...herd.map(({ end }) => end))
  }
  process.send!('ready')
  process.send!(await Promise.all(ends), () => process.exit(0))
})

function watch(url: string, token: string) {
  const ready = Promise.withResolvers<void>()
  const end = Promise.withResolvers<{ id: string; at: number }>()
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const send = (message: object) => socket.send(JSON.stringify(message))
  const fail = (error: Error) => {
    ready.reject(error)
    end.reject(error)
  }
  socket.on('error', fail)
  socket.on('close', (code) => fail(new Error(`closed ${code}`)))
  socket.on('open', () => send({ type: 'connection_init', payload: { anonymous: true } }))
  socket.on('message', (data) => {
    const at = performance.timeOrigin + performance.now()
    const { type, payload } = JSON.parse(String(data)) as Message
    if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: { query: QUERY, variables: { token } } })
    const receipt = payload?.data?.receiptChanged
    if (type !== 'next') return
    if (!receipt) return fail(new Error(String(data)))
    if (receipt.status !== 'SUCCEEDED') return ready.resolve()
    end.resolve({ id: parseId(receipt.id)!.uuid, at })
    socket.removeAllListeners('close')
    socket.close()
  })
  return { ready: ready.promise, end: end.promise }
}
