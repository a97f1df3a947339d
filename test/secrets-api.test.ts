import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ApiServer, startApi } from './api-server.ts'

let api: ApiServer
before(async () => {
  api = await startApi()
})
after(() => api[Symbol.asyncDispose]())

const SECRET = /^whsec_[A-Za-z0-9+/]{43}=$/
const CREATE = 'mutation ($name: String!) { createService(input: { name: $name, baseUrl: "https://example.com" }) { id newSigningSecret } }'
const ROTATE = 'mutation ($id: ID, $s: Int) { rotateSigningSecret(serviceId: $id, overlapSeconds: $s) { secret previousValidUntil } }'

test('the signing secret of a service is in the answer that makes it, and in no other one', async () => {
  const { id, newSigningSecret } = (await api.graphql(CREATE, { name: 'once' })).data.createService
  assert.match(newSigningSecret, SECRET)
  const { data } = await api.graphql(
    `query ($id: ID!) { node(id: $id) { ... on Service { newSigningSecret } } services { edges { node { newSigningSecret } } } }`,
    { id },
  )
  assert.deepEqual(data, { node: { newSigningSecret: null }, services: { edges: [{ node: { newSigningSecret: null } }] } })
})

test('a rotation answers with the new secret, and the service tells until when both are valid', async () => {
  const { id } = (await api.graphql(CREATE, { name: 'rotated' })).data.createService
  const until = async () => {
    const query =
      'query ($id: ID!) { node(id: $id) { ... on Service { signingSecretRotatedUntil } } project { signingSecretRotatedUntil } }'
    const { data } = await api.graphql(query, { id })
    return [data.node.signingSecretRotatedUntil, data.project.signingSecretRotatedUntil]
  }
  assert.deepEqual(await until(), [null, null])
  const ofService = (await api.graphql(ROTATE, { id })).data.rotateSigningSecret
  const ofProject = (await api.graphql(ROTATE, { s: 60 })).data.rotateSigningSecret
  for (const { secret } of [ofService, ofProject]) assert.match(secret, SECRET)
  assert.deepEqual(await until(), [ofService.previousValidUntil, ofProject.previousValidUntil])
  assert.deepEqual((await api.graphql(ROTATE, { id, s: 0 })).data.rotateSigningSecret.previousValidUntil, null)
  await api.db.pool.query(`update projects set previous_signing_until = now() - interval '1 second'`)
  assert.deepEqual(await until(), [null, null])
})

test('secrets are listed by name, newest first, a page at a time; nothing gives a value', async () => {
  const SET = 'mutation ($name: String!, $value: String!) { setSecret(name: $name, value: $value) { id name } }'
  for (const name of ['A', 'B', 'C']) await api.graphql(SET, { name, value: `the value of ${name}` })
  const page = async (after?: string) => {
    const query =
      'query ($after: String) { secrets(first: 2, after: $after) { edges { node { id name createdAt updatedAt } } pageInfo { endCursor hasNextPage } } }'
    return (await api.graphql(query, { after })).data.secrets
  }
  const first = await page()
  const second = await page(first.pageInfo.endCursor)
  const nodes = [...first.edges, ...second.edges].map(({ node }) => node)
  assert.deepEqual(
    nodes.map(({ name }) => name),
    ['C', 'B', 'A'],
  )
  assert.deepEqual([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage], [true, false])
  const refused = await api.graphql('{ secrets { edges { node { value } } } }')
  assert.match(refused.errors![0]!.message, /Cannot query field "value"/)

  const byId = await api.graphql('query ($id: ID!) { node(id: $id) { id ... on Secret { name } } }', { id: nodes[0].id })
  assert.deepEqual(byId.data.node, { id: nodes[0].id, name: 'C' })
  const deleted = await api.graphql('mutation ($id: ID!) { deleteSecret(id: $id) }', { id: nodes[0].id })
  assert.equal(deleted.data.deleteSecret, nodes[0].id)
  assert.equal((await page()).edges[0].node.name, 'B')
})

test('what is wrong with a secret is told without its value', async () => {
  const value = 'a line\nand another line'
  const { errors } = await api.graphql('mutation ($v: String!) { setSecret(name: "A", value: $v) { id } }', { v: value })
  assert.deepEqual([errors![0]!.extensions.code, errors![0]!.extensions.field], ['BAD_USER_INPUT', 'value'])
  assert.ok(!JSON.stringify(errors).includes('another line'))
})

test('resealing is a step at a time, and clean when there is nothing to do', async () => {
  const { data } = await api.graphql('mutation { resealSecrets { headers secrets signingSecrets receiptKeys unreadable cursor clean } }')
  assert.deepEqual(data.resealSecrets.unreadable, 0)
  for (const query of [
    `{ secrets { edges { node { id } } } }`,
    `mutation { resealSecrets { clean } }`,
    `mutation { rotateSigningSecret { secret } }`,
  ]) {
    assert.equal((await api.graphql(query, {}, {})).errors![0]!.extensions.code, 'UNAUTHENTICATED')
  }
})
