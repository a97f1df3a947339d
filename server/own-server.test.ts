import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { createEgressRules, refusalOfUrl } from './domain/egress.ts'
import { ownServer } from './own-server.ts'

test('one address: its echo is reached there and by the public address', () => {
  assert.deepEqual(ownServer({ address: '127.0.0.1', port: 4600 }, 'https://docket.example.com/base'), {
    port: 4600,
    addresses: ['127.0.0.1'],
    echoUrls: ['http://127.0.0.1:4600/echo', 'https://docket.example.com/base/echo'],
  })
  assert.deepEqual(ownServer({ address: '127.0.0.1', port: 80 }, 'http://127.0.0.1').echoUrls, ['http://127.0.0.1/echo'])
  assert.deepEqual(ownServer({ address: 'fd00::1', port: 80 }, 'http://[fd00::1]').echoUrls, ['http://[fd00::1]/echo'])
})

test('on all addresses: every one of this machine is its own', () => {
  for (const address of ['0.0.0.0', '::']) {
    const { addresses, echoUrls } = ownServer({ address, port: 4600 }, 'http://localhost:4600')
    for (const found of Object.values(networkInterfaces()).flat()) assert.ok(addresses.includes(found!.address), found!.address)
    assert.deepEqual(echoUrls, ['http://127.0.0.1:4600/echo', 'http://localhost:4600/echo'])
    const rules = createEgressRules(['0.0.0.0/0', '::/0'], { port: 4600, addresses, echoUrls })
    assert.equal(refusalOfUrl(new URL('http://localhost:4600/echo'), rules), undefined)
    for (const host of ['127.0.0.1', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]']) {
      assert.equal(refusalOfUrl(new URL(`http://${host}:4600/graphql`), rules)?.code, 'TARGET_BLOCKED_ADDRESS', host)
      assert.equal(refusalOfUrl(new URL(`http://${host}:4601/`), rules), undefined, host)
    }
  }
})
