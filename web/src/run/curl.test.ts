import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import type { RequestDetailFragment } from '../../../sdk/generated/operations.ts'
import { curlCommand } from './curl.ts'

const request = (rest: Partial<RequestDetailFragment>): RequestDetailFragment => ({
  method: 'POST',
  url: 'https://api.example.com/hook',
  headers: {},
  body: null,
  timeoutSeconds: 30,
  ...rest,
})

/** The words that a shell makes of the command. */
const words = (command: string, env: Record<string, string> = {}): string[] =>
  execFileSync('sh', ['-c', `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`], { env, encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

test('masked values are variables of the shell', () => {
  const command = curlCommand(
    request({
      url: 'https://api.example.com/hook?api_key=••••&page=2',
      headers: { authorization: '••••', 'x-api-key': ['••••', '••••'], accept: 'a/b' },
      body: '{"password":"••••","note":"it\'s $HOME"}',
    }),
  )
  assert.match(command, /--header 'authorization: '"\$AUTHORIZATION"/)
  const env = { API_KEY: 'q', AUTHORIZATION: 'Bearer t', X_API_KEY: 'k', PASSWORD: 'p', HOME: '/wrong' }
  assert.deepEqual(words(command, env), [
    '--request',
    'POST',
    'https://api.example.com/hook?api_key=q&page=2',
    '--header',
    'authorization: Bearer t',
    '--header',
    'x-api-key: k, k',
    '--header',
    'accept: a/b',
    '--header',
    'content-type: application/json',
    '--data-raw',
    '{"password":"p","note":"it\'s $HOME"}',
  ])
})

test('whatever stands in it, the shell takes it as text', () => {
  const nasty = '`id` $(id) "x" \'y\' \\ !! \n; & | > ~ * é ••••'
  const [, , , , , body] = words(curlCommand(request({ body: nasty })), { SECRET: 's' })
    .slice(0, 8)
    .slice(1)
  assert.equal(body, nasty.replace('••••', 's'))
})

test('without a body there is no content type', () => {
  assert.deepEqual(words(curlCommand(request({ method: 'GET' }))), ['--request', 'GET', 'https://api.example.com/hook'])
})
