import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserWords } from './user-agent.ts'

test('browsers that pretend to be others are told apart', () => {
  const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
  assert.equal(browserWords(chrome), 'Chrome on Windows')
  assert.equal(browserWords(`${chrome} Edg/142.0.0.0`), 'Edge on Windows')
  assert.equal(
    browserWords('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15'),
    'Safari on macOS',
  )
  assert.equal(browserWords('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox on Linux')
})

test('what is no browser is named as it names itself, and nothing is no name', () => {
  assert.equal(browserWords('curl/8.9.1'), 'curl/8.9.1')
  assert.equal(browserWords(null), 'Unknown browser')
})
