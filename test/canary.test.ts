import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import pg from 'pg'
import { MASK } from '../server/domain/mask.ts'
import { testDatabase } from './harness.ts'
import { startServer, type TestServer } from './server.ts'

/** Letters and digits first, which no spelling changes but base64 and hex; then what each spelling writes in another way. */
const canary = (name: string) => `${name}${randomBytes(12).toString('hex')}/"+&<'\\%`
const CANARIES = { secret: canary('canaryA'), header: canary('canaryB'), cookie: canary('canaryC') }
/** These stand in the URL and the body of a request, which the action keeps as they are, to be edited. */
const REQUEST_CANARIES = { query: canary('canaryD'), form: canary('canaryE'), json: canary('canaryF'), callback: canary('canaryG') }
/** What people and programs sign in with. */
const PASSWORDS = { first: canary('canaryH'), second: canary('canaryI'), wrong: canary('canaryJ') }
/** Where the database keeps URLs and bodies of requests as they were given. */
const REQUEST_COLUMNS: Readonly<Record<string, string[]>> = {
  actions: ['url', 'path', 'body', 'callback_url'],
  action_versions: ['url', 'path', 'body'],
  callbacks: ['url'],
  invocations: ['input'],
}

/** What must be found nowhere: a beginning of each, raw and encoded. */
function needles(value: string): string[] {
  const begin = value.slice(0, 16)
  const shifted = [0, 1, 2].map((n) =>
    Buffer.from('x'.repeat(n) + value)
      .toString('base64')
      .slice(4, 20),
  )
  return [begin, Buffer.from(begin).toString('hex'), ...shifted]
}

/** What the URL and the body of a request hold, decoded. */
function passwordsIn(url: string, body: string): string[] {
  const { searchParams } = new URL(url, 'http://target')
  const password = body.startsWith('{') ? JSON.parse(body).password : new URLSearchParams(body).get('password')
  return [searchParams.get('api_key'), searchParams.get('token'), password].filter((one) => typeof one === 'string')
}

/** All that a target could do with what it was sent. */
function echo(request: IncomingMessage, body: string, response: ServerResponse) {
  const { authorization = '', 'x-api-key': apiKey = '', cookie = '' } = request.headers
  const sent = [authorization, apiKey, cookie, ...passwordsIn(request.url!, body)].join(' ')
  const spellings = [
    sent,
    JSON.stringify(request.headers),
    JSON.stringify({ body: JSON.stringify({ headers: request.headers }) }),
    encodeURIComponent(sent),
    new URLSearchParams({ sent }).toString(),
    Buffer.from(sent).toString('base64'),
    Buffer.from(`  ${sent}`).toString('base64url'),
    ...sent.split(' ').map((one) => Buffer.from(one).toString('base64')),
    body,
    request.url!,
  ]
  const headers = {
    'x-echo': sent,
    'set-cookie': [`a=${encodeURIComponent(sent)}`, 'b=c'],
    location: `/next?sent=${encodeURIComponent(sent)}`,
    etag: `"${Buffer.from(sent).toString('base64')}"`,
    server: sent,
  }
  const kind = new URL(request.url!, 'http://target').pathname
  const status = { '/ok': 200, '/redirect': 302, '/refused': 401 }[kind] ?? 500
  if (kind === '/cut') {
    // The canary lies across the end of what is kept.
    response.writeHead(500, 'Broken', headers).end(`${'.'.repeat(64 * 1024 - sent.indexOf(' ') - 10)}${sent} and much more`)
  } else if (kind === '/dropped') {
    response.writeHead(200, { 'content-length': 10_000 })
    response.write(sent.slice(0, 30), () => response.destroy())
  } else if (kind === '/garbled') {
    response.socket!.end(`HTTP/1.1 200 ${sent}\r\nx-echo\u0001${sent}: ${sent}\r\n\r\n${sent}`)
  } else {
    response.writeHead(status, sent.replace(/[^\x20-\x7e]/g, ''), headers).end(spellings.join('\n'))
  }
}

const KINDS = ['ok', 'redirect', 'refused', 'broken', 'cut', 'dropped', 'garbled']

const REQUEST = 'request { url headers body }'
const ERROR = 'error { source code message responseCode responseBody }'
const ATTEMPTS = `attempts { edges { node { responseHeaders responseBody ${ERROR} } } }`
const LISTS = `{
  actions(first: 100) { edges { node { name headers } } }
  invocations(first: 50) { edges { node { statusText responseBody ${REQUEST} ${ERROR} ${ATTEMPTS} action { headers } } } }
  secrets { edges { node { id name } } }
  events(first: 100) { edges { node { type note status } } }
}`
const OWN = `{ actions(first: 100) { edges { node { body callbackUrl target { url service { name baseUrl newSigningSecret } } } } } }`
const RUN = `query ($id: ID!) { invocation(id: $id) { responseBody ${REQUEST} ${ERROR} ${ATTEMPTS} callback { url ${ERROR} ${ATTEMPTS} } } }`

test('a secret is nowhere but in the request it was meant for', async (t) => {
  await using database = await testDatabase()
  const seen: { path: string; sent: string }[] = []
  const calledBack: string[] = []
  const target = createServer(async (request, response) => {
    const body = await text(request)
    if (String(request.headers['webhook-id']).startsWith('cbk_')) calledBack.push(body)
    const { authorization, 'x-api-key': apiKey, cookie } = request.headers
    seen.push({
      path: new URL(request.url!, url).pathname,
      sent: JSON.stringify([authorization, apiKey, cookie, ...passwordsIn(request.url!, body)]),
    })
    echo(request, body, response)
  })
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    target.closeAllConnections()
    target.close()
  })
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
  await using server = await startServer({ databaseUrl: database.url, env: { LOG_LEVEL: 'trace' } })
  const { client } = server
  const graphql = async (query: string, variables: object = {}, token = server.token) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    return (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).text()
  }

  await client.secrets.set('CANARY', 'another value before it')
  await client.secrets.set('CANARY', CANARIES.secret)
  const service = await client.services.create({ name: 's', baseUrl: url })
  const rotated = await client.rotateSigningSecret({ serviceId: service.id })
  const ofProject = await client.rotateSigningSecret()
  const headers = {
    authorization: 'Bearer {{secret.CANARY}}',
    'x-api-key': CANARIES.header,
    cookie: `sid=${CANARIES.cookie}`,
    'user-agent': 'agent {{secret.CANARY}}',
  }
  const form = new URLSearchParams({ password: REQUEST_CANARIES.form }).toString()
  const runs: { id: string; receiptUrl: string }[] = []
  for (const kind of KINDS) {
    const common = {
      headers,
      retryable: true,
      retry: { maxAttempts: 2, delaysSeconds: [0] },
      callbackUrl: `${url}/${kind}?token=${encodeURIComponent(REQUEST_CANARIES.callback)}`,
    }
    runs.push(await client.send({ ...common, body: { kind, password: REQUEST_CANARIES.json }, serviceId: service.id, path: `/${kind}` }))
    runs.push(await client.send({ ...common, body: form, url: `${url}/${kind}?api_key=${encodeURIComponent(REQUEST_CANARIES.query)}` }))
  }
  // An edit keeps the request before it as a version.
  const action = await client.actions.create({ name: 'edited', target: { url: `${url}/ok` }, headers })
  runs.push(await client.actions.invokeNow(action.id))
  await client.actions.update(action.id, { headers: { ...headers, 'x-more': `${CANARIES.header} again` } })
  runs.push(await client.actions.invokeNow(action.id))
  // What is refused is told without the values.
  const bad = await graphql('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', {
    input: { name: 'bad', target: { url: `${url}/ok` }, headers: { authorization: `${CANARIES.header}\n`, 'x-b': '{{secret.NONE}}' } },
  })
  assert.match(bad, /HEADER_INVALID/)
  assert.match(
    await graphql('mutation ($v: String!) { setSecret(name: "X", value: $v) { id } }', { v: `${CANARIES.secret}\n` }),
    /BAD_USER_INPUT/,
  )

  const people = await signInAndInvite(server, graphql)
  // Refusals are noted without what was to be kept.
  for (const [query, variables] of [
    ['mutation ($v: String!) { setSecret(name: "CANARY", value: $v) { id } }', { v: CANARIES.secret }],
    [
      'mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }',
      { input: { name: 'r', target: { url: `${url}/ok?api_key=${encodeURIComponent(REQUEST_CANARIES.query)}` }, headers, body: form } },
    ],
    [
      'mutation ($input: SendInput!) { send(input: $input) { id } }',
      { input: { url: `${url}/ok`, headers, body: { password: REQUEST_CANARIES.json } } },
    ],
    ['mutation ($input: SetPasswordInput!) { setPassword(input: $input) { id } }', { input: { next: PASSWORDS.second } }],
  ] as const) {
    assert.match(await graphql(query, variables, people.viewerToken), /FORBIDDEN/)
  }
  await client.secrets.delete((await client.secrets.set('PASSING', CANARIES.secret)).id)
  runs.push(await client.actions.invokeNow(action.id, { input: { password: REQUEST_CANARIES.json } }))

  const receipts: string[] = []
  for (const { receiptUrl } of runs) {
    for await (const _ of client.watchReceipt(receiptUrl)) {
      // Until it has ended.
    }
    for (const address of [receiptUrl, `${receiptUrl}.json`]) receipts.push(await (await fetch(address)).text())
  }
  for (const { id } of runs) await callbackTried(graphql, id)
  const own = await graphql(OWN)
  const audit = [await graphql(AUDIT), ...(await Promise.all(['jsonl', 'csv'].map((format) => exported(server, format))))].join('\n')
  for (const verb of NOTED) assert.ok(audit.includes(verb), `${verb} is not in the audit`)
  const answers = (await Promise.all([graphql(LISTS), ...runs.map(({ id }) => graphql(RUN, { id }))])).join('\n')
  assert.doesNotMatch(answers, /"errors":/)
  await server.stop()
  const dump = await dumpOf(database.url)
  const dumpOfAnswers = await dumpOf(database.url, REQUEST_COLUMNS)

  // It was there to be found: each target was sent all of it, the answers were kept, and what they repeat was taken out.
  for (const kind of KINDS) {
    const sent = seen.filter(({ path }) => path === `/${kind}`).map((one) => one.sent)
    assert.ok(sent.filter((one) => one.includes(JSON.stringify(CANARIES.header))).length >= 2, `${kind} was not sent`)
  }
  assert.ok(seen.some(({ sent }) => sent.includes(JSON.stringify(`Bearer ${CANARIES.secret}`))))
  for (const value of Object.values(REQUEST_CANARIES)) {
    assert.ok(seen.filter(({ sent }) => sent.includes(JSON.stringify(value))).length >= KINDS.length)
    assert.ok(own.includes(value.slice(0, 16)))
  }
  assert.ok(calledBack.length >= 2 * KINDS.length && calledBack.join().includes(MASK))
  assert.ok(dump.includes(MASK) && audit.includes(MASK) && answers.includes(MASK) && receipts.every((receipt) => receipt.length > 100))
  assert.match(server.output(), /"level":10|Sign in/)

  const logs = server.output()
  const shown = { logs, audit, answers, receipts: receipts.join('\n'), calledBack: calledBack.join('\n') }
  const places = { ...shown, dump, own }
  const looked = [
    ...Object.values(CANARIES),
    ...Object.values(PASSWORDS),
    ...people.secrets,
    rotated.secret.slice(6),
    ofProject.secret.slice(6),
    service.newSigningSecret!.slice(6),
  ]
  assertNowhere(looked, places)
  assertNowhere(Object.values(REQUEST_CANARIES), { ...shown, dumpOfAnswers })
})

const AUDIT = `{ auditLog(first: 100) { edges { node {
  verb actor { name } actorName objectType objectId data before after result code ip } } } }`
/** Verbs of what is done here, so that an empty audit would be noticed. */
const NOTED = [
  'secret.created',
  'secret.updated',
  'secret.deleted',
  'service.created',
  'signing.rotated',
  'action.created',
  'action.updated',
  'invocation.requested',
  'invocation.sent',
  'token.created',
  'member.invited',
  'session.started',
  'session.refused',
  'account.password_set',
]

type Graphql = (query: string, variables?: object, token?: string) => Promise<string>

/** The first administrator takes a password, mistypes it, invites somebody and makes a token. Gives the secrets that came up. */
async function signInAndInvite({ url, signInLink }: TestServer, graphql: Graphql) {
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  const code = new URL(signInLink).hash.slice(1)
  const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';', 1)[0]!
  const linked = await post('/auth/sign-in', { code })
  const asPerson = async (cookie: string, query: string, variables: object) => {
    const { data } = (await (await post('/graphql', { query, variables }, { cookie, 'x-requested-by': 'test' })).json()) as {
      // biome-ignore lint/suspicious/noExplicitAny: as the query asks
      data: any
    }
    assert.ok(data, query)
    return data
  }
  await asPerson(cookieOf(linked), 'mutation { updateAccount(input: { email: "first@example.com", name: "First" }) { id } }', {})
  const PASSWORD = 'mutation ($input: SetPasswordInput!) { setPassword(input: $input) { id } }'
  await asPerson(cookieOf(linked), PASSWORD, { input: { next: PASSWORDS.first } })
  assert.equal((await post('/auth/sign-in', { email: 'first@example.com', password: PASSWORDS.wrong })).status, 401)
  const signedIn = await post('/auth/sign-in', { email: 'first@example.com', password: PASSWORDS.first })
  assert.equal(signedIn.status, 200)
  const cookie = cookieOf(signedIn)
  const { roles } = JSON.parse(await graphql('{ roles { id level builtIn } }')).data
  const roleId = roles.find(({ level, builtIn }: { level: string; builtIn: boolean }) => level === 'VIEWER' && builtIn).id
  const invited = await asPerson(cookie, 'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { url } }', {
    input: { email: 'second@example.com', roleId },
  })
  const secret = new URL(invited.inviteMember.url).hash.slice(1)
  const accepted = await post('/auth/accept-invite', { secret, name: 'Second', password: PASSWORDS.second })
  assert.equal(accepted.status, 200)
  const made = await asPerson(cookie, 'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { token } }', {
    input: { name: 'viewer', roleId },
  })
  const viewerToken: string = made.createApiToken.token
  const cookies = [linked, signedIn, accepted].map((response) => cookieOf(response).split('=')[1]!)
  return { viewerToken, secrets: [viewerToken, secret, ...cookies] }
}

async function exported({ url, token }: TestServer, format: string): Promise<string> {
  const response = await fetch(`${url}/audit/export?format=${format}`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(response.status, 200)
  return response.text()
}

function assertNowhere(values: readonly string[], places: Readonly<Record<string, string>>) {
  for (const needle of values.flatMap(needles)) {
    for (const [name, place] of Object.entries(places)) assert.ok(!place.includes(needle), `${name}: ${around(place, needle)}`)
  }
}

/** Waits until the answer to the first attempt of a callback is on record. */
async function callbackTried(graphql: (query: string, variables: object) => Promise<string>, id: string) {
  const query = 'query ($id: ID!) { invocation(id: $id) { action { callbackUrl } callback { attempts { edges { node { number } } } } } }'
  for (;;) {
    const { action, callback } = JSON.parse(await graphql(query, { id })).data.invocation
    if (!action.callbackUrl || callback?.attempts.edges.length > 0) return
  }
}

/** Every column of every row as text, but those `without`. */
async function dumpOf(url: string, without: Readonly<Record<string, string[]>> = {}): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  assert.ok(tables.length > 20)
  const parts: string[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select (to_jsonb(t) - $1::text[])::text as row from ${name} t`, [
      without[name] ?? [],
    ])
    parts.push(`${name}:`, ...rows.map(({ row }) => row))
  }
  await client.end()
  return parts.join('\n')
}

function around(place: string, needle: string): string {
  const at = place.indexOf(needle)
  return place.slice(Math.max(0, at - 200), at + 200)
}
