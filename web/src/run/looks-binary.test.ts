import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { looksBinary } from './looks-binary.ts'

test('bytes that are no text are told from text', () => {
  assert.equal(looksBinary(Buffer.concat([Buffer.from('\x89PNG\r\n'), Buffer.alloc(400), randomBytes(400)]).toString('utf8')), true)
  assert.equal(looksBinary(''), false)
  assert.equal(looksBinary('{"ok":true}'), false)
  assert.equal(looksBinary('Grüße, здравствуйте, 今日は'), false)
  assert.equal(looksBinary('\u001b[32mdone\u001b[0m\r\n\tone\n'), false, 'a coloured log is text')
  assert.equal(looksBinary(Buffer.from('Der Größe nach geordnet: Äpfel, Birnen', 'latin1').toString('utf8')), false, 'Latin-1 can be read')
})
