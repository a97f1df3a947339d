import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql'
import { DocketError } from '../domain/errors.ts'
import { createLog } from '../log.ts'
import { executeWithin } from './execute.ts'

const log = createLog('silent')
const logged: { err: Error; errorId: string }[] = []
log.error = (entry: unknown) => void logged.push(entry as (typeof logged)[number])

const run = (resolve: () => unknown, deadlineMs?: number) => {
  const query = new GraphQLObjectType({ name: 'Query', fields: { it: { type: GraphQLString, resolve } } })
  return executeWithin({ schema: new GraphQLSchema({ query }), document: parse('{ it }') }, log, deadlineMs)
}

test('what takes longer than the deadline is given up', async () => {
  const result = await run(() => new Promise(() => {}), 5)
  assert.match(result.errors![0]!.message, /took longer than 0\.005 s/)
  assert.equal(result.errors![0]!.extensions.code, 'INTERNAL')
})

test('an expected refusal keeps its code, field and sentence', async () => {
  const { errors } = await run(() => {
    throw new DocketError('INVALID_CRON', 'Five fields, please.', 'schedule.cronExpression')
  })
  assert.equal(errors![0]!.message, 'Five fields, please.')
  assert.deepEqual(errors![0]!.extensions, { code: 'INVALID_CRON', field: 'schedule.cronExpression' })
})

test('a defect shows nothing but the id it is logged under', async () => {
  const cause = new Error('connect ECONNREFUSED secret-db:5432 password=hunter2')
  const { errors } = await run(() => {
    throw cause
  })
  const { code, errorId } = errors![0]!.extensions
  assert.equal(code, 'INTERNAL')
  assert.doesNotMatch(JSON.stringify(errors), /secret-db|hunter2|ECONN/)
  assert.equal(logged.at(-1)!.err, cause)
  assert.equal(logged.at(-1)!.errorId, errorId)
})

test('a value that does not fit the schema is a defect, not bad input', async () => {
  const { errors } = await run(() => ({ not: 'a string' }))
  assert.equal(errors![0]!.extensions.code, 'INTERNAL')
})

test('an expected refusal of 10,000 characters is cut', async () => {
  const { errors } = await run(() => {
    throw new DocketError('BAD_USER_INPUT', 'x'.repeat(10_000))
  })
  assert.equal(errors![0]!.message.length, 500)
})
