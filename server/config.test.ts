import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ConfigError, publicUrl, readConfig } from './config.ts'

const KEY = 'k'.repeat(32)

const mistakesOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readConfig(env)
  } catch (error) {
    assert(error instanceof ConfigError)
    return error.mistakes
  }
  return []
}

test('every setting has its default', () => {
  assert.deepEqual(readConfig({}), {
    port: 4600,
    host: '127.0.0.1',
    databaseUrl: undefined,
    dataDir: resolve('data'),
    adminToken: undefined,
    secretKey: undefined,
    previousSecretKey: undefined,
    cronSecret: undefined,
    headerPrefix: 'X-Forte',
    egressAllow: [],
    handlers: undefined,
    scheduler: 'in-process',
    publicUrl: undefined,
    retentionDays: { SUCCEEDED: 90, FAILED: 90, CANCELLED: 90, MISSED: 90 },
    oidc: undefined,
    smtp: undefined,
    logLevel: 'info',
  })
})

test('an empty value counts as not set, and blanks around a value do not matter', () => {
  const config = readConfig({ PORT: '', SCHEDULER: '  ', HOST: ' ::1 ' })
  assert.equal(config.port, 4600)
  assert.equal(config.scheduler, 'in-process')
  assert.equal(config.host, '::1')
})

test('all mistakes are named at once, with what was given and what would be right', () => {
  const mistakes = mistakesOf({
    PORT: '70000',
    HOST: 'not a host',
    DATABASE_URL: 'mysql://root:hunter2@db/docket',
    CRON_SECRET: 'short',
    HEADER_PREFIX: 'X Forte',
    EGRESS_ALLOW: '10.0.0.0/33',
    SCHEDULER: 'sometimes',
    PUBLIC_URL: 'docket.example.com',
    RETENTION_DAYS: '0',
    LOG_LEVEL: 'loud',
    ADMIN_TOKEN: 'has a blank in it',
  })
  const names = mistakes.map((line) => line.split(':')[0]).sort()
  assert.deepEqual(names, [
    'ADMIN_TOKEN',
    'CRON_SECRET',
    'DATABASE_URL',
    'EGRESS_ALLOW',
    'HEADER_PREFIX',
    'HOST',
    'LOG_LEVEL',
    'PORT',
    'PUBLIC_URL',
    'RETENTION_DAYS',
    'SCHEDULER',
    'SECRET_KEY',
  ])
  assert(mistakes.includes('PORT: got "70000", expected a whole number from 0 to 65535'))
  assert(mistakes.includes('SCHEDULER: got "sometimes", expected in-process, external or off'))
})

test('a mistake never repeats the text of a secret', () => {
  const text = mistakesOf({ ADMIN_TOKEN: 'tiny', SECRET_KEY: 'hush', DATABASE_URL: 'mysql://root:hunter2@db/docket' }).join('\n')
  assert.match(text, /SECRET_KEY: got 4 characters/)
  assert.doesNotMatch(text, /tiny|hush|hunter2/)
})

test('DATABASE_URL needs SECRET_KEY', () => {
  assert.match(mistakesOf({ DATABASE_URL: 'postgres://db/docket' }).join(), /^SECRET_KEY: got nothing/)
  const config = readConfig({ DATABASE_URL: 'postgres://db/docket', SECRET_KEY: KEY })
  assert.equal(config.databaseUrl, 'postgres://db/docket')
})

test('port 0 asks for any free port', () => {
  assert.equal(readConfig({ PORT: '0' }).port, 0)
  for (const PORT of ['-1', '1e3', '80.5', '0x50', '65536']) assert.equal(mistakesOf({ PORT }).length, 1, PORT)
})

test('EGRESS_ALLOW is a list of networks, addresses, names and name:port', () => {
  const config = readConfig({ EGRESS_ALLOW: '10.0.0.0/8, fd00::/8,192.168.1.9, billing , billing:8080,192.168.1.9:80,[fd00::5]:80' })
  assert.deepEqual(config.egressAllow, [
    '10.0.0.0/8',
    'fd00::/8',
    '192.168.1.9',
    'billing',
    'billing:8080',
    '192.168.1.9:80',
    '[fd00::5]:80',
  ])
  for (const EGRESS_ALLOW of ['billing:0', 'billing:99999', 'a b', '*.corp', '1.2.3', '10.0.0.0/8/8', 'http://billing']) {
    assert.equal(mistakesOf({ EGRESS_ALLOW }).length, 1, EGRESS_ALLOW)
  }
})

test('RETENTION_DAYS is a number of days, and others for single final states', () => {
  assert.deepEqual(readConfig({ RETENTION_DAYS: ' 90, FAILED=365 ,MISSED = 30' }).retentionDays, {
    SUCCEEDED: 90,
    FAILED: 365,
    CANCELLED: 90,
    MISSED: 30,
  })
  assert.equal(readConfig({ RETENTION_DAYS: 'FAILED=365' }).retentionDays.SUCCEEDED, 90)
  const days = 'expected whole numbers of days from 1 to 36500, such as 90 or 90,FAILED=365,MISSED=30'
  for (const [given, expected] of [
    ['0', days],
    ['90,FAILED=36501', days],
    ['90,FAILED=-1', days],
    ['90 days', days],
    ['90,', days],
    ['90,FAILED=', days],
    ['90,RETRYING=3', 'expected each name to be one of SUCCEEDED, FAILED, CANCELLED, MISSED, which "RETRYING" is not'],
    ['failed=3', 'expected each name to be one of SUCCEEDED, FAILED, CANCELLED, MISSED, which "failed" is not'],
    ['30,FAILED=3,FAILED=4', 'expected FAILED once'],
    ['30,40', 'expected one number for all states'],
  ] as const) {
    assert.deepEqual(mistakesOf({ RETENTION_DAYS: given }), [`RETENTION_DAYS: got ${JSON.stringify(given)}, ${expected}`])
  }
})

test('HEADER_PREFIX must start a header name', () => {
  assert.equal(readConfig({ HEADER_PREFIX: 'X-Docket' }).headerPrefix, 'X-Docket')
  for (const HEADER_PREFIX of ['X-Docket-', 'X:Docket', 'X\r\nA', 'Ö']) assert.equal(mistakesOf({ HEADER_PREFIX }).length, 1, HEADER_PREFIX)
})

test('publicUrl is the setting, else an address a browser can open', () => {
  assert.equal(publicUrl(readConfig({ PUBLIC_URL: 'https://docket.example.com/' }), 4600), 'https://docket.example.com')
  assert.equal(publicUrl(readConfig({}), 4601), 'http://127.0.0.1:4601')
  assert.equal(publicUrl(readConfig({ HOST: '0.0.0.0' }), 80), 'http://localhost:80')
  assert.equal(publicUrl(readConfig({ HOST: '::1' }), 80), 'http://[::1]:80')
})

test('the settings of the provider and of mail are there together or not at all', () => {
  const oidc = { OIDC_ISSUER: 'https://login.example.com', OIDC_CLIENT_ID: 'docket', OIDC_CLIENT_SECRET: 'of the client' }
  assert.deepEqual(readConfig(oidc).oidc, {
    issuer: 'https://login.example.com',
    clientId: 'docket',
    clientSecret: 'of the client',
    name: 'OpenID Connect',
  })
  assert.equal(readConfig({ ...oidc, OIDC_NAME: 'Example ID' }).oidc?.name, 'Example ID')
  const smtp = { SMTP_URL: 'smtps://docket:hunter2@mail.example.com:465', MAIL_FROM: 'Docket <docket@example.com>' }
  assert.deepEqual(readConfig(smtp).smtp, { url: smtp.SMTP_URL, from: smtp.MAIL_FROM })
  assert.equal(readConfig({ ...smtp, MAIL_FROM: 'docket@example.com' }).smtp?.from, 'docket@example.com')
  assert.deepEqual(mistakesOf({ OIDC_NAME: 'Example ID', MAIL_FROM: 'docket@example.com' }), [
    'OIDC_ISSUER: got nothing, expected a value, because OIDC_NAME is set',
    'OIDC_CLIENT_ID: got nothing, expected a value, because OIDC_NAME is set',
    'OIDC_CLIENT_SECRET: got nothing, expected a value, because OIDC_NAME is set',
    'SMTP_URL: got nothing, expected a value, because MAIL_FROM is set',
  ])
})

test('a provider is reached by https, or on this machine; mail settings are looked at', () => {
  const withIssuer = (issuer: string) => mistakesOf({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' }).length
  for (const issuer of ['https://login.example.com/realms/a', 'http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:1']) {
    assert.equal(withIssuer(issuer), 0, issuer)
  }
  for (const issuer of [
    'http://login.example.com',
    'https://a:b@login.example.com',
    'https://login.example.com?a',
    'login',
    'ftp://localhost',
  ]) {
    assert.equal(withIssuer(issuer), 1, issuer)
  }
  const from = (text: string) => mistakesOf({ SMTP_URL: 'smtp://localhost:2525', MAIL_FROM: text }).length
  for (const text of ['docket', 'a@b\nBcc: c@d', '<a@b> <c@d>', 'a b@c']) assert.equal(from(text), 1, text)
  const text = mistakesOf({ SMTP_URL: 'http://root:hunter2@mail', MAIL_FROM: 'a@b' }).join('\n')
  assert.match(text, /SMTP_URL: got "http:\/\/root:\*\*\*@mail"/)
})
