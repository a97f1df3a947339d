import assert from 'node:assert/strict'
import { test } from 'node:test'
import cases from '../../test/cases/ssrf.json' with { type: 'json' }
import {
  createEgressRules,
  type Destination,
  type EgressRules,
  isEcho,
  PUBLIC_ONLY,
  refusalOfAddress,
  refusalOfBaseUrl,
  refusalOfUrl,
} from './egress.ts'
import { parseAllowEntry } from './egress-allow.ts'
import { carriedIpv4, parseIp } from './ip-address.ts'

const to = (changes: Partial<Destination> = {}): Destination => ({ name: 'api.example.com', port: 443, echo: false, ...changes })
const ofUrl = (url: string, rules: EgressRules = PUBLIC_ONLY) => refusalOfUrl(new URL(url), rules)?.code ?? 'OK'
const ofAddress = (address: string, rules: EgressRules = PUBLIC_ONLY, changes: Partial<Destination> = {}) =>
  refusalOfAddress(address, to(changes), rules)?.code ?? 'OK'

test('every address of the case file', () => {
  for (const address of cases.addresses.blocked) assert.equal(ofAddress(address), 'TARGET_BLOCKED_ADDRESS', address)
  for (const address of cases.addresses.allowed) assert.equal(ofAddress(address), 'OK', address)
})

test('the edges of every blocked network', () => {
  const outside = [
    '9.255.255.255',
    '100.63.255.255',
    '100.128.0.0',
    '172.32.0.0',
    '192.0.1.0',
    '192.88.100.0',
    '198.20.0.0',
    '168.63.129.17',
  ]
  const outside6 = [
    '64:ff9b:2::',
    '100:0:0:1::',
    '2001:200::',
    '2001:db9::',
    '2003::',
    '3fff:1000::',
    '5f01::',
    '0:0:0:1::',
    '::fffe:0:0:0',
  ]
  for (const address of [...outside, ...outside6, 'fbff::1', 'fe00::1']) assert.equal(ofAddress(address), 'OK', address)
  const inside = ['0.255.255.255', '100.127.255.255', '192.0.0.255', '255.255.255.255']
  const inside6 = ['64:ff9b:1:ffff::', '2001:1ff:ffff::', '3fff:fff::', 'fdff::', 'feff::', '2002:ffff::', '::ffff:0:8.8.8.8', '::0.0.0.2']
  for (const address of [...inside, ...inside6]) assert.equal(ofAddress(address), 'TARGET_BLOCKED_ADDRESS', address)
})

test('what is not an address is refused like a bad one', () => {
  for (const text of ['not-an-ip', '', '1.2.3', '010.0.0.1', '::1::', 'fe80::1%eth0', '8.8.8.8 ', '[::1]']) {
    assert.equal(ofAddress(text), 'TARGET_BLOCKED_ADDRESS', text)
  }
})

test('an address has one spelling, and tells which IPv4 address it carries', () => {
  assert.equal(parseIp('::ffff:127.0.0.1'), '127.0.0.1')
  assert.equal(parseIp('::FFFF:7F00:1'), '127.0.0.1')
  assert.equal(parseIp('2001:DB8::0001'), '2001:db8:0:0:0:0:0:1')
  assert.equal(parseIp('1:2:3:4:5:6:1.2.3.4'), '1:2:3:4:5:6:102:304')
  assert.equal(parseIp('::'), '0:0:0:0:0:0:0:0')
  const carried: [string, string | undefined][] = [
    ['64:ff9b::a9fe:a9fe', '169.254.169.254'],
    ['64:ff9b:1::a00:1', '10.0.0.1'],
    ['2002:7f00:1::1', '127.0.0.1'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '192.0.2.45'],
    ['::ffff:0:10.1.2.3', '10.1.2.3'],
    ['::7f00:1', '127.0.0.1'],
    ['::1', undefined],
    ['fd00::1', undefined],
    ['8.8.8.8', undefined],
  ]
  for (const [address, ipv4] of carried) assert.equal(carriedIpv4(parseIp(address)!), ipv4, address)
})

test('names of this machine, network or cloud; dots at the end change nothing', () => {
  const closed = [
    'localhost',
    'a.localhost',
    'intranet',
    'db.internal',
    'printer.local',
    'x.svc',
    'x.svc.cluster.local',
    'metadata.goog',
    'nas.home.arpa',
  ]
  for (const name of closed) {
    for (const host of [name, name.toUpperCase(), `${name}.`, `${name}..`])
      assert.equal(ofUrl(`http://${host}/`), 'TARGET_BLOCKED_NAME', host)
  }
  for (const host of ['example.com', 'example.com.', 'localhost.example.com', 'notlocal.example', 'xinternal.example']) {
    assert.equal(ofUrl(`http://${host}/`), 'OK', host)
  }
})

test('ports of other protocols are shut, also for a public address', () => {
  for (const port of [0, 1, 22, 25, 6000, 6667, 10080]) assert.equal(ofUrl(`http://example.com:${port}/`), 'TARGET_BLOCKED_PORT', `${port}`)
  for (const port of [80, 81, 443, 3000, 8080, 65535]) assert.equal(ofUrl(`http://example.com:${port}/`), 'OK', `${port}`)
})

test('EGRESS_ALLOW opens a network, an address, a name, or one port of it', () => {
  const rules = createEgressRules([
    '10.1.0.0/16',
    '192.168.7.7',
    'billing',
    'Ledger.Internal.:8080',
    'mail.internal:25',
    '[fd00::5]:9000',
    'fd01::/32',
  ])
  const open = [
    'http://10.1.2.3/',
    'http://192.168.7.7:99/',
    'http://billing:81/',
    'http://ledger.internal:8080/',
    'http://mail.internal:25/',
  ]
  for (const url of [...open, 'http://[fd00::5]:9000/', 'http://[fd01::9]/', 'http://billing./']) assert.equal(ofUrl(url, rules), 'OK', url)
  const shut: [string, string][] = [
    ['http://10.2.0.1/', 'TARGET_BLOCKED_ADDRESS'],
    ['http://192.168.7.8/', 'TARGET_BLOCKED_ADDRESS'],
    ['http://[fd00::5]:9001/', 'TARGET_BLOCKED_ADDRESS'],
    ['http://ledger.internal/', 'TARGET_BLOCKED_NAME'],
    ['http://x.billing.internal/', 'TARGET_BLOCKED_NAME'],
    ['http://mail.internal:26/', 'TARGET_BLOCKED_NAME'],
    ['http://billing:25/', 'TARGET_BLOCKED_PORT'],
    ['http://mail.internal:0/', 'TARGET_BLOCKED_PORT'],
  ]
  for (const [url, code] of shut) assert.equal(ofUrl(url, rules), code, url)
  // A name that is open may resolve to where only it is allowed to lead.
  assert.equal(ofAddress('172.18.0.4', rules, { name: 'billing', port: 80 }), 'OK')
  assert.equal(ofAddress('172.18.0.4', rules, { name: 'ledger.internal', port: 80 }), 'TARGET_BLOCKED_ADDRESS')
  assert.equal(ofAddress('172.18.0.4', rules, { name: 'evil.example' }), 'TARGET_BLOCKED_ADDRESS')
  assert.equal(ofAddress('10.1.9.9', rules, { name: 'evil.example' }), 'OK')
})

test('link-local and metadata stay shut unless exactly the address is listed', () => {
  const guarded = [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '169.254.170.2',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fe80::1',
  ]
  const wide = createEgressRules([
    '0.0.0.0/0',
    '::/0',
    '169.254.0.0/16',
    '169.254.169.254/31',
    'fe80::/10',
    'metadata.google.internal',
    'api.example.com',
  ])
  for (const address of guarded) {
    assert.equal(ofAddress(address, wide), 'TARGET_BLOCKED_ADDRESS', address)
    assert.equal(ofAddress(address, wide, { name: 'metadata.google.internal' }), 'TARGET_BLOCKED_ADDRESS', address)
    assert.equal(ofAddress(address, createEgressRules([parseIp(address)!])), 'OK', address)
  }
  assert.equal(ofAddress('169.254.169.254', createEgressRules(['169.254.169.254/32'])), 'OK')
  assert.equal(ofAddress('169.254.169.254', createEgressRules(['169.254.169.254:80']), { port: 80 }), 'OK')
  assert.equal(ofAddress('169.254.169.254', createEgressRules(['169.254.169.254:80']), { port: 81 }), 'TARGET_BLOCKED_ADDRESS')
  for (const address of ['10.0.0.1', '127.0.0.1', '::1', 'fd99::1']) assert.equal(ofAddress(address, wide), 'OK', address)
})

test('an open translation network opens only what may be called without it', () => {
  const rules = createEgressRules(['64:ff9b::/96', 'nat.example'])
  assert.equal(ofAddress('64:ff9b::808:808', rules), 'OK')
  for (const address of ['64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b::a00:1']) {
    assert.equal(ofAddress(address, rules), 'TARGET_BLOCKED_ADDRESS', address)
  }
  assert.equal(ofAddress('64:ff9b::a00:1', rules, { name: 'nat.example' }), 'OK')
  assert.equal(ofAddress('64:ff9b::a9fe:a9fe', rules, { name: 'nat.example' }), 'TARGET_BLOCKED_ADDRESS')
  assert.equal(ofAddress('64:ff9b::a00:1', createEgressRules(['64:ff9b::/96', '10.0.0.0/8'])), 'OK')
})

test('Docket does not call itself, but for exactly its echo', () => {
  const own = {
    port: 4600,
    addresses: ['127.0.0.1', '203.0.114.9', '::1'],
    echoUrls: ['http://127.0.0.1:4600/echo', 'https://docket.example/base/echo'],
  }
  for (const rules of [createEgressRules([], own), createEgressRules(['127.0.0.0/8', '203.0.114.9', '::1'], own)]) {
    assert.equal(ofUrl('http://127.0.0.1:4600/echo', rules), 'OK')
    assert.equal(ofUrl('http://127.0.0.1:4600/echo?status=500', rules), 'OK')
    assert.equal(ofUrl('https://docket.example/base/echo', rules), 'OK')
    for (const path of ['graphql', 'echo/', 'echo/../graphql', 'echoes', 'Echo', '%65cho', '', '?/echo']) {
      assert.equal(ofUrl(`http://127.0.0.1:4600/${path}`, rules), 'TARGET_BLOCKED_ADDRESS', path)
    }
    for (const address of ['203.0.114.9', '::ffff:203.0.114.9', '127.0.0.1', '::1']) {
      assert.equal(ofAddress(address, rules, { port: 4600 }), 'TARGET_BLOCKED_ADDRESS', address)
    }
    assert.equal(ofAddress('203.0.114.9', rules, { port: 4601 }), 'OK')
    assert.equal(ofAddress('127.0.0.1', rules, { port: 4600, echo: true }), 'OK')
    assert.equal(ofAddress('169.254.169.254', rules, { port: 80, echo: true }), 'TARGET_BLOCKED_ADDRESS')
  }
  const rules = createEgressRules([], own)
  assert.equal(isEcho('http://127.0.0.1:4600', '/echo?x', rules), true)
  assert.equal(isEcho('http://127.0.0.1:4601', '/echo', rules), false)
  assert.equal(ofUrl('http://localhost:4600/echo', rules), 'TARGET_BLOCKED_NAME')
  const base = (url: string) => refusalOfBaseUrl(new URL(url), rules)?.code ?? 'OK'
  assert.equal(base('http://127.0.0.1:4600/'), 'OK')
  assert.equal(base('http://127.0.0.1:4600/v1'), 'TARGET_BLOCKED_ADDRESS')
  assert.equal(base('http://127.0.0.1:4700/'), 'TARGET_BLOCKED_ADDRESS')
})

test('entries of EGRESS_ALLOW: what is read, and what is a mistake', () => {
  const read: [string, unknown][] = [
    ['10.0.0.0/8', { network: '10.0.0.0', bits: 8 }],
    ['10.0.0.1/32', { host: '10.0.0.1', port: null }],
    ['fd00::/8', { network: 'fd00:0:0:0:0:0:0:0', bits: 8 }],
    ['::1', { host: '0:0:0:0:0:0:0:1', port: null }],
    ['[::1]:80', { host: '0:0:0:0:0:0:0:1', port: 80 }],
    ['[::1]', { host: '0:0:0:0:0:0:0:1', port: null }],
    ['::ffff:10.0.0.1', { host: '10.0.0.1', port: null }],
    ['Billing.Internal.:8080', { host: 'billing.internal', port: 8080 }],
    ['db_1', { host: 'db_1', port: null }],
  ]
  for (const [text, entry] of read) assert.deepEqual(parseAllowEntry(text), entry, text)
  for (const text of [
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0/8',
    '256.0.0.1',
    '1.2.3',
    'a b',
    'a:0',
    'a:65536',
    'a:',
    ':80',
    '*.corp',
    'http://a',
    '',
    '[a]:80',
    'a/8',
  ]) {
    assert.equal(parseAllowEntry(text), undefined, text)
  }
})
