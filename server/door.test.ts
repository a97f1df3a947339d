import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { openDoor } from './door.ts'
import { StartRefused } from './store/starting.ts'

const local = { host: '127.0.0.1', port: 0 }
const patient = new AbortController().signal

test('answers 503 until the application is there, and again when it stops', async () => {
  const door = await openDoor(local)
  const url = `http://127.0.0.1:${door.port}/`
  const early = await fetch(url)
  assert.equal(early.status, 503)
  assert.equal(early.headers.get('retry-after'), '1')
  assert.deepEqual(await early.json(), { status: 'starting' })
  door.open({ request: (_, response) => response.end('here'), upgrade: (_, socket) => socket.destroy() })
  assert.equal(await (await fetch(url)).text(), 'here')
  await door.shut(patient)
  assert.deepEqual(await (await fetch(url)).json(), { status: 'stopping' })
  await door.close()
  await assert.rejects(fetch(url))
})

test('shutting waits for a request in flight and cuts WebSockets', async () => {
  const door = await openDoor(local)
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const { promise: gate, resolve: answer } = Promise.withResolvers<void>()
  door.open({
    request: async (_, response) => {
      arrive()
      await gate
      response.end('finished')
    },
    upgrade: (_, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  })
  const upgraded = request({ port: door.port, headers: { connection: 'Upgrade', upgrade: 'x' } }).end()
  const [, socket] = await once(upgraded, 'upgrade')
  const closed = once(socket, 'close')
  const pending = fetch(`http://127.0.0.1:${door.port}/`)
  await arrived
  const shut = door.shut(patient)
  answer()
  assert.equal(await (await pending).text(), 'finished')
  await shut
  await closed
  await door.close()
})

test('in a hurry a request in flight is cut off', async () => {
  const door = await openDoor(local)
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  door.open({ request: () => arrive(), upgrade: (_, socket) => socket.destroy() })
  const cutOff = assert.rejects(fetch(`http://127.0.0.1:${door.port}/`))
  await arrived
  await door.shut(AbortSignal.abort())
  await cutOff
  await door.close()
})

test('an upgrade before the start is refused', async () => {
  const door = await openDoor(local)
  const socket = connect(door.port, '127.0.0.1')
  socket.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1.1 503 /)
  await door.close()
})

test('a port that is taken: the sentence says by whom', async () => {
  const door = await openDoor(local)
  await assert.rejects(openDoor({ ...local, port: door.port }), (error) => {
    assert(error instanceof StartRefused)
    const holder = process.platform === 'linux' ? `process ${process.pid} \\(.*node` : 'another program'
    assert.match(error.message, new RegExp(`^Port ${door.port} on 127.0.0.1 is held by ${holder}`))
    return true
  })
  await door.close()
})

test('an address that is not this machine is named', async () => {
  await assert.rejects(openDoor({ host: '192.0.2.1', port: 0 }), /192.0.2.1 is not an address of this machine/)
})
