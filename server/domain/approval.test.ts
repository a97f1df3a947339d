import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RoleLevel } from './access.ts'
import {
  type CountedVote,
  clockOf,
  type Deciding,
  expiryOf,
  fitsStage,
  graceFrom,
  isTooLate,
  judgeStanding,
  progressOf,
  whyNotDecide,
} from './approval.ts'
import { type ApprovalPolicy, type ApprovalStage, DEFAULT_APPROVAL_POLICY } from './approval-policy.ts'
import { missingApprovers } from './approvers.ts'
import { digestOf } from './digest.ts'

const stage = (level: RoleLevel, required = 1): ApprovalStage => ({ role: level, level, roleId: null, required })
const custom = (roleId: string, required = 1): ApprovalStage => ({ role: roleId, level: null, roleId, required })
const policy = (more: Partial<ApprovalPolicy> = {}): ApprovalPolicy => ({ ...DEFAULT_APPROVAL_POLICY, ...more })
const vote = (userId: string, stage = 0, decision: CountedVote['decision'] = 'APPROVE'): CountedVote => ({ userId, stage, decision })

const manager = { approve: true, selfApprove: false, level: 'MANAGER' as const, roleId: 'm' }
const open: Deciding = {
  status: 'PENDING',
  policy: policy(),
  stage: 0,
  expiresAt: 1_000,
  escalated: false,
  votes: [],
  excluded: [],
  requesters: [],
}
const why = (more: Partial<Deciding>, rights: Parameters<typeof whyNotDecide>[2] = manager, now = 0) =>
  whyNotDecide({ ...open, ...more }, 'anna', rights, now)

test('who may decide, and why not', () => {
  assert.equal(why({}), undefined)
  assert.equal(why({ status: 'APPROVED' }), 'DECIDED')
  assert.equal(why({}, manager, 999), undefined)
  assert.equal(why({}, manager, 1_000), 'EXPIRED')
  assert.equal(why({}, null), 'NOT_ALLOWED')
  assert.equal(why({}, { ...manager, approve: false }), 'NOT_ALLOWED')
  assert.equal(why({}, { ...manager, level: 'OPERATOR' }), 'OTHER_STAGE')
  assert.equal(why({ votes: [vote('anna')] }), 'VOTED')
  assert.equal(why({ excluded: ['anna'] }), 'EDITOR')
  assert.equal(why({ excluded: ['anna'], requesters: ['anna'] }), 'REQUESTER')
  const own = { excluded: ['anna'], requesters: ['anna'], policy: policy({ forbidRequester: false }) }
  assert.equal(why(own), 'REQUESTER')
  assert.equal(why(own, { ...manager, selfApprove: true }), undefined)
  assert.equal(why({ ...own, policy: policy() }, { ...manager, selfApprove: true }), 'REQUESTER')
})

test('a level counts from itself upwards, a custom role for its members, a second role once it was asked', () => {
  const escalateTo = { role: 'OPERATOR', level: 'OPERATOR', roleId: null } as const
  assert.ok(fitsStage({ level: 'ADMIN', roleId: 'a' }, stage('MANAGER'), policy(), false))
  assert.ok(!fitsStage({ level: 'OPERATOR', roleId: 'o' }, stage('MANAGER'), policy({ escalateTo }), false))
  assert.ok(fitsStage({ level: 'OPERATOR', roleId: 'o' }, stage('MANAGER'), policy({ escalateTo }), true))
  assert.ok(!fitsStage({ level: 'ADMIN', roleId: 'a' }, custom('x'), policy(), true))
  assert.ok(fitsStage({ level: 'VIEWER', roleId: 'x' }, custom('x'), policy(), false))
})

test('stages complete in turn; losing a vote opens its stage again', () => {
  const stages = [stage('MANAGER', 2), stage('ADMIN')]
  assert.deepEqual(progressOf(stages, [vote('a')]), { stage: 0, counts: [1, 0], complete: false, rejected: false })
  assert.equal(progressOf(stages, [vote('a'), vote('a'), vote('a', 1)]).stage, 0, 'one person counts once')
  const votes = [vote('a'), vote('b'), vote('c', 1)]
  assert.ok(progressOf(stages, votes).complete)
  assert.ok(!progressOf(stages, [...votes, vote('d', 0, 'REJECT')]).complete)
  const rights = { approve: true, level: 'ADMIN' as const, roleId: 'r' }
  const standing = { policy: policy({ stages }), escalated: false, brokeGlass: false, votes }
  assert.deepEqual(
    judgeStanding(standing, () => rights),
    { void: [], stands: true, stage: 1 },
  )
  assert.deepEqual(
    judgeStanding(standing, (id) => (id === 'b' ? null : rights)),
    { void: ['b'], stands: false, stage: 0 },
  )
  assert.deepEqual(
    judgeStanding(standing, (id) => (id === 'c' ? { ...rights, level: 'MANAGER' } : rights)),
    { void: ['c'], stands: false, stage: 1 },
  )
  assert.ok(judgeStanding({ ...standing, brokeGlass: true, votes: [] }, () => null).stands)
})

test('it ends with its time or the next occurrence; what is approved past its time is late', () => {
  assert.equal(expiryOf({ expiresInSeconds: 60 }, 1_000, null), 61_000)
  assert.equal(expiryOf({ expiresInSeconds: 60 }, 1_000, 5_000), 5_000)
  assert.deepEqual(clockOf(policy({ remindAfterSeconds: 10, escalateAfterSeconds: 90 }), 0, 60_000), { remindAt: 10_000, escalateAt: null })
  for (const grace of [
    { catchUpWindowSeconds: 10, expiresInSeconds: 300 },
    { catchUpWindowSeconds: 300, expiresInSeconds: 60 },
  ]) {
    assert.ok(!isTooLate(0, 300_000, grace))
    assert.ok(isTooLate(0, 300_001, grace))
  }
  assert.equal(graceFrom(1_000, 400), 1_000, 'asked for ahead of its time')
  // Made by a catch-up, or its approval was found to be needed only then: its people get the same time as ever.
  assert.equal(graceFrom(1_000, 9_000), 9_000)
})

test('the digest binds all that is sent, and how it is approved', () => {
  const request = {
    action: 'act_1',
    method: 'POST',
    url: 'https://a.example/x',
    headers: { b: '2', a: '1' },
    body: '{"a":1}',
    record: { type: 't', id: '1' },
    stages: [stage('MANAGER')],
  }
  const digest = digestOf(request)
  assert.match(digest, /^[0-9a-f]{64}$/)
  assert.equal(digestOf({ ...request, headers: { a: '1', b: '2' } }), digest, 'their order is no matter')
  assert.equal(digestOf({ ...request, stages: [{ ...stage('MANAGER'), role: 'Chiefs' }] }), digest, 'nor is the name of a role')
  assert.equal(digestOf({ ...request, headers: null }), digestOf({ ...request, headers: {} }))
  const others: Partial<Parameters<typeof digestOf>[0]>[] = [
    { action: 'act_2' },
    { method: 'PUT' },
    { url: 'https://a.example/y' },
    { headers: { a: '1', b: '3' } },
    { headers: { a: '1' } },
    { body: '{"a": 1}' },
    { body: null },
    { record: null },
    { record: { type: 't', id: '2' } },
    { stages: [stage('MANAGER', 2)] },
    { stages: null },
  ]
  const digests = new Set(others.map((other) => digestOf({ ...request, ...other })))
  assert.equal(digests.size, others.length)
  assert.ok(!digests.has(digest))
})

test('a policy can be satisfied exactly when people can be found for all of its places', () => {
  const people = fc.array(
    fc.record({ level: fc.constantFrom<RoleLevel>('OPERATOR', 'MANAGER', 'ADMIN'), roleId: fc.constantFrom('x', 'y') }),
    { maxLength: 5 },
  )
  const stages = fc.array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom<RoleLevel>('OPERATOR', 'MANAGER', 'ADMIN'), fc.integer({ min: 1, max: 2 }))
        .map(([level, n]) => stage(level, n)),
      fc.tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 1, max: 2 })).map(([id, n]) => custom(id, n)),
    ),
    { minLength: 1, maxLength: 3 },
  )
  fc.assert(
    fc.property(people, stages, (people, stages) => {
      const members = people.map((person, n) => ({ ...person, userId: String(n) }))
      const places = stages.flatMap((one) => Array.from({ length: one.required }, () => one))
      const canSit = (place: number, free: typeof members): boolean =>
        place === places.length ||
        free.some(
          (one) =>
            fitsStage(one, places[place]!, policy(), false) &&
            canSit(
              place + 1,
              free.filter((other) => other !== one),
            ),
        )
      assert.equal(missingApprovers(stages, members) === undefined, canSit(0, members))
    }),
    { numRuns: 500 },
  )
})
