import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApi } from './api-server.ts'
import { callMutation, codeOf } from './call-mutation.ts'
import { MUTATION_CASES } from './mutation-cases.ts'
import { auditedOf, everyCaller, rigOf } from './rig.ts'

test('each mutation succeeds for whom it is for, and is noted', { timeout: 300_000 }, async () => {
  await using api = await startApi()
  const rig = await rigOf(api)
  for (const caller of await everyCaller(rig)) {
    for (const [name, { may, variables }] of Object.entries(MUTATION_CASES)) {
      if (!may(caller)) continue
      const given = await variables(rig, caller)
      const noted = (await auditedOf(rig, caller)).DONE ?? 0
      const answer = await callMutation(caller, name, given)
      assert.equal(codeOf(answer, name), undefined, `${name} by ${caller.name}: ${JSON.stringify(answer)}`)
      assert.ok(((await auditedOf(rig, caller)).DONE ?? 0) > noted, `${name} by ${caller.name} is not in the audit`)
    }
  }
})
