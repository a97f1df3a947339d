import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBusyHosts } from './busy-hosts.ts'
import { createOrigins } from './origins.ts'

const LIMIT = 64

function rig() {
  const origins = createOrigins(LIMIT)
  return { origins, hosts: createBusyHosts({ origins, limitOf: () => LIMIT }) }
}

test('a host with room is looked for, with no more rows than it has room for', () => {
  const { origins, hosts } = rig()
  origins.of('https://a.example.com').active = 40
  assert.deepEqual(hosts.look(250, 1_000), { limit: 24, saturated: [] })
})

test('a burst does not read past the rows of its own host before that was busy for a while', () => {
  const { origins, hosts } = rig()
  const host = origins.of('https://a.example.com')
  host.active = 63
  assert.equal(hosts.look(1, 1_000), undefined)
  assert.equal(hosts.look(10, 1_090), undefined)
  const look = hosts.look(10, 1_100)
  assert.deepEqual(look, { limit: 10, saturated: ['https://a.example.com/'] })
  host.active = 20
  assert.equal(hosts.freed(host, 1_105), true)
  assert.deepEqual(hosts.look(10, 1_110)?.saturated, [])
  host.active = 63
  assert.equal(hosts.look(10, 1_120), undefined)
})

test('after a look past busy hosts that found all, the next one waits ten times as long as it took', () => {
  const { origins, hosts } = rig()
  origins.of('https://a.example.com').active = LIMIT
  hosts.look(10, 1_000)
  hosts.foundAll(hosts.look(10, 1_200)!, 1_200, 1_250)
  assert.equal(hosts.look(10, 1_749), undefined)
  assert.ok(hosts.look(10, 1_750))
})

test('while nothing can have changed, hosts are not gone through again', () => {
  const origins = createOrigins(LIMIT)
  let asked = 0
  const limitOf = () => {
    asked++
    return LIMIT
  }
  const hosts = createBusyHosts({ origins, limitOf })
  for (let n = 0; n < 100; n++) origins.of(`https://${n}.example.com`).active = 10
  const busy = origins.of('https://busy.example.com')
  busy.active = LIMIT
  hosts.look(10, 1_000)
  const once = asked
  for (let now = 1_001; now < 1_100; now++) assert.equal(hosts.look(10, now), undefined)
  assert.equal(asked, once)
  busy.active = 10
  hosts.freed(busy, 1_099)
  assert.deepEqual(hosts.look(10, 1_099), { limit: 10, saturated: [] })
})

test('a host that no look left out is not told of', () => {
  const { origins, hosts } = rig()
  const host = origins.of('https://a.example.com')
  host.active = 10
  hosts.look(10, 1_000)
  assert.equal(hosts.freed(host, 1_001), false)
})
