import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printSchema } from 'graphql'
import { schema as served } from '../server/graphql/schema.ts'
import { startApi } from './api-server.ts'
import { callMutation, codeOf } from './call-mutation.ts'
import { MUTATION_CASES } from './mutation-cases.ts'
import { QUERY_CASES } from './query-cases.ts'
import { type Caller, everyCaller, type Rig, rigOf, stateOf } from './rig.ts'
import { mutations, queries, schema } from './schema-walk.ts'

test('the schema that is handed out is the one that is served', () => {
  assert.ok(printSchema(schema) === printSchema(served), 'npm run schema writes it anew')
})

test('every mutation and every query has a case', () => {
  assert.deepEqual(mutations.map(({ name }) => name).sort(), Object.keys(MUTATION_CASES).sort())
  assert.deepEqual(queries.map(({ name }) => name).sort(), Object.keys(QUERY_CASES).sort())
})

/** Which mutations were refused to who asks, in order. */
async function refusalsOf({ api }: Rig, { id }: Caller): Promise<string[]> {
  const { rows } = await api.db.pool.query<{ mutation: string }>(
    `select data ->> 'mutation' as mutation from audit_entries where actor_id = $1 and result = 'REFUSED' and code = 'FORBIDDEN' order by id`,
    [id],
  )
  return rows.map(({ mutation }) => mutation)
}

test('each mutation is refused to whom it is not for: nothing changes, and it is noted', { timeout: 300_000 }, async () => {
  await using api = await startApi()
  const rig = await rigOf(api)
  const callers = await everyCaller(rig)
  const calls: [name: string, variables: object][] = []
  for (const [name, { variables }] of Object.entries(MUTATION_CASES)) calls.push([name, await variables(rig)])
  const before = await stateOf(rig)
  for (const caller of callers) {
    const refused: string[] = []
    for (const [name, variables] of calls) {
      if (MUTATION_CASES[name]!.may(caller)) continue
      const answer = await callMutation(caller, name, variables)
      assert.equal(codeOf(answer, name), 'FORBIDDEN', `${name} by ${caller.name}: ${JSON.stringify(answer)}`)
      refused.push(name)
    }
    assert.deepEqual(await refusalsOf(rig, caller), refused, `not all refusals of ${caller.name} are in the audit`)
    assert.deepEqual(await stateOf(rig), before, caller.name)
  }
})
