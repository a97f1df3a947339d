import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFrom, localPath, oidcRefusal } from './page.state.ts'

test('the code is found in both spellings of a link', () => {
  assert.equal(codeFrom('#code=abc-1'), 'abc-1')
  assert.equal(codeFrom('#abc-1'), 'abc-1')
  assert.equal(codeFrom(''), undefined)
  assert.equal(codeFrom('#other=1'), undefined)
})

test('no link leads to another site after signing in', () => {
  for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', undefined, '']) {
    assert.equal(localPath(next), '/')
  }
  assert.equal(localPath('/invocations?status=FAILED'), '/invocations?status=FAILED')
  assert.equal(localPath('/sign-in?next=/'), '/')
})

test('every way back from another provider says something, also one that is not known yet', () => {
  assert.equal(oidcRefusal(undefined), undefined)
  assert.match(oidcRefusal('no-member') ?? '', /Ask an administrator to invite it/)
  assert.match(oidcRefusal('whatever') ?? '', /did not work/)
})
