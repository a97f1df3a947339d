import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readReceiptKeys, verifyReceipt } from '../sdk/verify-receipt.ts'
import { startApi } from '../test/api-server.ts'
import { docket } from '../test/docket-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'docket-cli-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const SEND = 'mutation ($input: SendInput!) { send(input: $input) { id receiptUrl } }'
/** With an escape character and a text of other alphabets in it, which JSON can write in more than one way. */
const input = { name: 'Grüße, 世界 \u001b[1m', url: 'https://api.example.com/', body: { amount: 12.5, note: 'a "quoted" one' } }

let receipt: Buffer
let keys: string
let url: string
before(async () => {
  await using api = await startApi()
  url = (await api.graphql(SEND, { input })).data.send.receiptUrl
  receipt = Buffer.from(await (await fetch(`${url}.json`)).arrayBuffer())
  keys = await (await fetch(`${api.url}/.well-known/docket-receipt-key`)).text()
  writeFileSync(join(folder, 'receipt.json'), receipt)
  writeFileSync(join(folder, 'key.json'), keys)
})

const FILES = ['verify-receipt', 'receipt.json', '--key', 'key.json']

test('a saved receipt and a saved key: valid, with nobody asked', async () => {
  const { code, out, err } = await docket(folder, FILES)
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^Valid: signed with the key [0-9a-f]{16}\.$/m)
  assert.match(out, /: PENDING, inv_\w{26}$/m)
  assert.ok(out.includes(url))
})

test('no byte of it can be changed', async () => {
  const known = readReceiptKeys(keys)
  assert.equal((await verifyReceipt(receipt, known)).valid, true)
  for (let at = 0; at < receipt.length; at++) {
    // One bit, the other case of a letter, a neighbour in the alphabet, and what is no UTF-8.
    for (const change of [1, 0x20, 3, 0x80]) {
      const forged = Buffer.from(receipt)
      forged[at]! ^= change
      const { valid } = await verifyReceipt(forged, known)
      assert.equal(valid, false, `${forged.subarray(Math.max(0, at - 20), at + 20)} at ${at}`)
    }
  }
})

test('nor can it be said in another way', async () => {
  const known = readReceiptKeys(keys)
  const text = receipt.toString()
  const verdict = async (changed: string) => {
    assert.notEqual(changed, text)
    return (await verifyReceipt(changed, known)).why
  }
  assert.match((await verdict(text.replace('{', '{"status":"SUCCEEDED",')))!, /twice/)
  assert.match((await verdict(text.replace('"attemptCount":0', '"attemptCount":0.0')))!, /0\.0 is not written/)
  assert.match((await verdict(text.replace('\\u001b', '\\u001B')))!, /not written/)
  assert.match((await verdict(text.replace('"signature":{', '"signature":{"by":"me",')))!, /malformed/)
  assert.match((await verdict(JSON.stringify({ ...JSON.parse(text), signature: undefined })))!, /no signature/)
  assert.match((await verdict(`[${text}]`))!, /not a JSON object/)
  assert.equal(await verdict(JSON.stringify(JSON.parse(text), null, 2)), undefined, 'space between the parts is nobody’s business')
})

test('a forged one ends with 1 and says why, on stderr', async () => {
  const forged = receipt.toString().replace('"status":"PENDING"', '"status":"SUCCEEDED"')
  writeFileSync(join(folder, 'forged.json'), forged)
  const { code, out, err } = await docket(folder, ['verify-receipt', 'forged.json', '--key', 'key.json'])
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /Not valid\. The signature does not match: .* \(RECEIPT_INVALID\)/)
})

test('another server’s key is refused, by its name and by what it is', async () => {
  await using api = await startApi()
  const others = await (await fetch(`${api.url}/.well-known/docket-receipt-key`)).text()
  assert.match((await verifyReceipt(receipt, readReceiptKeys(others))).why!, /not among the given ones/)
  const [own] = readReceiptKeys(keys)
  const [other] = readReceiptKeys(others)
  assert.match((await verifyReceipt(receipt, [{ ...own!, publicKey: other!.publicKey }])).why!, /does not match/)
  assert.equal((await verifyReceipt(receipt, [other!, own!])).valid, true, 'of several keys, the one that signed')

  const receiptUrl = (await api.graphql(SEND, { input })).data.send.receiptUrl
  for (const args of [[receiptUrl], [`${receiptUrl}.json`], [receiptUrl, '--key', api.url]]) {
    assert.equal((await docket(folder, ['verify-receipt', ...args])).code, 0, args.join(' '))
  }
  const foreign = await docket(folder, ['verify-receipt', receiptUrl, '--key', 'key.json'])
  assert.deepEqual([foreign.code, /not among the given ones/.test(foreign.err)], [1, true])
  const unknown = await docket(folder, ['verify-receipt', `${api.url}/r/rcpt_x`])
  assert.deepEqual([unknown.code, /\(NOT_FOUND\)/.test(unknown.err)], [1, true])
})

test('wrong usage ends with 2', async () => {
  const wrong: [string[], RegExp][] = [
    [['verify-receipt'], /Name one receipt/],
    [['verify-receipt', 'receipt.json', 'forged.json', '--key', 'key.json'], /Name one receipt/],
    [['verify-receipt', 'receipt.json'], /--key says whose/],
    [['verify-receipt', 'missing.json', '--key', 'key.json'], /missing\.json must be a file/],
    [['verify-receipt', 'receipt.json', '--keys', 'key.json'], /no option --keys/],
  ]
  for (const [args, says] of wrong) {
    const { code, err } = await docket(folder, args)
    assert.equal(code, 2, args.join(' '))
    assert.match(err, says)
  }
  const noKey = await docket(folder, ['verify-receipt', 'receipt.json', '--key', 'receipt.json'])
  assert.deepEqual([noKey.code, /does not give the key/.test(noKey.err)], [1, true])
})
