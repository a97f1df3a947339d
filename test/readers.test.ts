import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApi } from './api-server.ts'
import { anAction } from './fixtures.ts'
import { may } from './mutation-cases.ts'
import { QUERY_CASES } from './query-cases.ts'
import { auditedOf, everyCaller, rigOf, stateOf } from './rig.ts'
import { documentOf, queries } from './schema-walk.ts'

test('a token without the scope READ does not look further than what it did', async () => {
  await using api = await startApi()
  const rig = await rigOf(api)
  const token = await rig.token('ADMIN', ['OPERATE', 'MANAGE', 'ADMINISTER'])
  const action = await anAction(rig)
  const RUN = 'mutation ($id: ID!) { made: invokeNow(actionId: $id)'
  for (const beyond of ['action { name }', 'attempts { edges { node { responseBody } } }', '...f']) {
    const query = `${RUN} { id ${beyond} } } ${beyond === '...f' ? 'fragment f on Invocation { ... { action { id } } }' : ''}`
    const before = await stateOf(rig)
    const { data, errors } = await token.ask(query, { id: action })
    assert.deepEqual([data, errors?.[0]?.extensions.code], [undefined, 'FORBIDDEN'], beyond)
    assert.deepEqual(await stateOf(rig), before)
  }
  assert.equal((await auditedOf(rig, token)).FORBIDDEN, 3)
  const { data } = await token.ask(`${RUN} { status request { method } actor { name } } }`, { id: action })
  assert.deepEqual(data.made, { status: 'PENDING', request: { method: 'POST' }, actor: { name: token.name } })
  const { errors } = await token.ask('{ viewer { role { permissions { action { name } } } } }')
  assert.equal(errors?.[0]?.extensions.code, 'FORBIDDEN')
  const { data: self } = await token.ask('{ viewer { actor { name } project { id } role { name } capabilities } project { id } }')
  assert.deepEqual(self.viewer.capabilities, ['OPERATE', 'MANAGE', 'ADMINISTER'])
})

test('each query answers who may look, and no token without that scope', { timeout: 120_000 }, async () => {
  await using api = await startApi()
  const rig = await rigOf(api)
  const callers = await everyCaller(rig)
  for (const field of queries) {
    const { needs, variables } = QUERY_CASES[field.name]!
    const given = await variables(rig)
    for (const caller of callers) {
      const answer = await caller.ask(documentOf('query', field, Object.keys(given), 1), given)
      const allowed = needs.every((one) => may(one)(caller))
      assert.equal(
        answer.errors?.[0]?.extensions.code,
        allowed ? undefined : 'FORBIDDEN',
        `${field.name} by ${caller.name}: ${JSON.stringify(answer)}`,
      )
    }
  }
})
