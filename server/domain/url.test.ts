import assert from 'node:assert/strict'
import { test } from 'node:test'
import cases from '../../test/cases/ssrf.json' with { type: 'json' }
import { PUBLIC_ONLY } from './egress.ts'
import { DocketError } from './errors.ts'
import { parseBaseUrl, parseUrl } from './url.ts'

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'OK'
  } catch (error) {
    assert.ok(error instanceof DocketError)
    assert.equal(error.field, 'target.url')
    return error.code
  }
}

test('every URL of the case file gets its code; a name that only its answers can refuse passes', () => {
  for (const { url, why, expect } of cases.urls) {
    assert.equal(
      codeOf(() => parseUrl(url, 'target.url', PUBLIC_ONLY)),
      expect === 'RESOLVE' ? 'OK' : expect,
      why,
    )
  }
})

test('a URL is kept in the form that is sent', () => {
  assert.equal(parseUrl('HTTP://Example.com:80/a b'.replace(' ', '%20'), 'url').href, 'http://example.com/a%20b')
  assert.equal(parseUrl('https://münchen.example/ü?q=ü', 'url').href, 'https://xn--mnchen-3ya.example/%C3%BC?q=%C3%BC')
})

test('a base URL loses its last slash and has no query', () => {
  assert.equal(parseBaseUrl('https://api.example.com/'), 'https://api.example.com')
  assert.equal(parseBaseUrl('https://api.example.com/v1//'), 'https://api.example.com/v1')
  for (const url of ['https://api.example.com/?a=1', 'https://api.example.com/?']) {
    assert.throws(() => parseBaseUrl(url), { code: 'URL_INVALID', field: 'baseUrl' })
  }
})
