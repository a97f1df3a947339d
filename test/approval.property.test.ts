import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { approve } from '../server/commands/approve.ts'
import { cancel } from '../server/commands/cancel.ts'
import type { CommandContext } from '../server/commands/context.ts'
import { createAction } from '../server/commands/create-action.ts'
import { invokeNow } from '../server/commands/invoke-now.ts'
import { reject } from '../server/commands/reject.ts'
import { updateAction } from '../server/commands/update-action.ts'
import { DocketError } from '../server/domain/errors.ts'
import { publicId } from '../server/domain/ids.ts'
import { endApprovals } from '../server/store/end-approvals.ts'
import { holdGuarded, judgeGuarded } from '../server/store/judge-guarded.ts'
import { addPerson, giveRole, type Person } from './people.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

type Step =
  | { kind: 'APPROVE' | 'REJECT'; who: number; stale: boolean }
  | { kind: 'EDIT'; body: number }
  | { kind: 'ROLE'; who: number; manager: boolean }
  | { kind: 'EXPIRE' | 'CANCEL' }

const who = fc.integer({ min: 0, max: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('APPROVE' as const), who, stale: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('REJECT' as const), who, stale: fc.constant(false) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('EDIT' as const), body: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ROLE' as const), who, manager: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('EXPIRE' as const, 'CANCEL' as const) }) },
)

/** Who asks is one of the managers, so that the others have to know better. */
async function scene({ ctx }: Workspace): Promise<{ people: Person[]; editor: CommandContext }> {
  const people = []
  for (const name of ['Rita', 'Anna', 'Ben', 'Cleo']) people.push(await addPerson(ctx, 'MANAGER', name))
  return { people, editor: ctx }
}

test('whatever is voted, edited, taken away and over: the gate lets out only what two others approved as it is', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { people, editor } = await scene(workspace)
  const rita = people[0]!
  let sent = 0

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      for (const person of people) await giveRole(ctx, person, 'MANAGER')
      const made = await createAction(ctx, {
        name: 'a',
        target: { url: 'https://example.com/run' },
        body: 0,
        approval: { preset: 'TWO_PERSON' },
      })
      const { id } = await invokeNow(rita.ctx, publicId('action', made.id))
      const run = publicId('invocation', id)
      const digestNow = async () => (await db.pool.query('select digest from approvals where invocation_id = $1', [id])).rows[0].digest
      // What each of them has agreed to, by the words of the request; told apart from what the program keeps of it.
      let body = 0
      let agreed = new Set<number>()
      let over = false
      let managers = new Set([0, 1, 2, 3])
      let before: string = await digestNow()

      for (const one of steps) {
        try {
          if (one.kind === 'APPROVE') {
            const digest = one.stale ? before : await digestNow()
            await approve(people[one.who]!.ctx, run, { digest })
            assert.equal(digest, await digestNow(), 'an old digest was accepted')
            agreed.add(one.who)
          } else if (one.kind === 'REJECT') {
            await reject(people[one.who]!.ctx, run)
            over = true
          } else if (one.kind === 'EDIT') {
            before = await digestNow()
            await updateAction(editor, publicId('action', made.id), { body: one.body })
            if (one.body !== body) agreed = new Set()
            body = one.body
          } else if (one.kind === 'ROLE') {
            if (one.who === 0) continue
            await giveRole(ctx, people[one.who]!, one.manager ? 'MANAGER' : 'OPERATOR')
            managers = new Set([...managers].filter((n) => n !== one.who).concat(one.manager ? [one.who] : []))
          } else if (one.kind === 'CANCEL') {
            await cancel(rita.ctx, run)
            over = true
          } else {
            await db.pool.query(
              "update approvals set expires_at = now() - interval '1 ms' where invocation_id = $1 and status = 'PENDING'",
              [id],
            )
            if ((await endApprovals(db.pool, [id], 'EXPIRED')).length > 0) over = true
          }
        } catch (error) {
          if (!(error instanceof DocketError)) throw error
        }
        const { rows } = await db.pool.query<{ status: string; held: boolean }>('select status, held from invocations where id = $1', [id])
        const open = rows[0]!.status === 'PENDING'
        assert.ok(open || rows[0]!.held || rows[0]!.status === 'CANCELLED', 'what waits cannot be claimed')
        if (!open) continue
        const { passed } = await judgeGuarded(db.pool, db.vault, await holdGuarded(db.pool, [id]))
        if (!passed.has(id)) continue
        sent++
        const others = [...agreed].filter((n) => n !== 0 && managers.has(n))
        assert.ok(!over && others.length >= 2, `it would be sent, agreed to by ${others.join()} of ${[...managers].join()}`)
      }
    }),
    { numRuns: 60, endOnFailure: true },
  )
  assert.ok(sent > 0, 'some of them were to be sent')
})
