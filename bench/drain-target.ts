import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// A process of its own for bench/audit.ts: answers every POST at once, and tells its parent when as many have come as it was told to expect.

const ANSWER = Buffer.from('{"ok":true}')
const HEADERS = { 'content-type': 'application/json', 'content-length': String(ANSWER.length) }

let expected = 0
let total = 0
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (++total === expected) process.send!('complete')
  request.on('end', () => response.writeHead(200, HEADERS).end(ANSWER))
  request.resume()
})
process.on('message', (count: number) => {
  expected = count
  total = 0
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', 4096, () => process.send!((server.address() as AddressInfo).port))
