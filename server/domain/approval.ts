import { type RoleLevel, reaches } from './access.ts'
import type { ApprovalPolicy, ApprovalStage, ApproverRole } from './approval-policy.ts'

export type ApprovalStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'CANCELLED'
export type ApprovalDecision = 'APPROVE' | 'REJECT'

/** Why a vote no longer counts. EDITED: the request is another one. ROLE: the voter may no longer approve. */
export type VoidReason = 'EDITED' | 'ROLE'

/** A vote that counts: those that are void are left out. */
export interface CountedVote {
  userId: string
  /** Index of the stage that it was given in. */
  stage: number
  decision: ApprovalDecision
}

export interface Progress {
  /** Index of the stage that is being decided; the number of stages when all are complete. */
  stage: number
  /** How many approve, of each stage. */
  counts: number[]
  /** Every stage is complete. */
  complete: boolean
  rejected: boolean
}

/** How far a decision has come. One person counts once, and one reject ends it. */
export function progressOf(stages: readonly ApprovalStage[], votes: readonly CountedVote[]): Progress {
  const people = new Set<string>()
  const counts = stages.map(() => 0)
  for (const { userId, stage, decision } of votes) {
    if (decision !== 'APPROVE' || people.has(userId) || counts[stage] === undefined) continue
    people.add(userId)
    counts[stage]++
  }
  const open = stages.findIndex(({ required }, index) => counts[index]! < required)
  const stage = open < 0 ? stages.length : open
  const rejected = votes.some(({ decision }) => decision === 'REJECT')
  return { stage, counts, complete: open < 0 && !rejected, rejected }
}

/** Who would decide. */
export interface Approver {
  userId: string
  level: RoleLevel
  /** UUID. */
  roleId: string
}

/** A built-in level counts from itself upwards, a custom role for exactly its members. */
export const hasRole = ({ level, roleId }: Pick<Approver, 'level' | 'roleId'>, wanted: ApproverRole): boolean =>
  wanted.level === null ? roleId === wanted.roleId : reaches(level, wanted.level)

/** Whether their vote counts in a stage; `escalated`: the second role may decide too. */
export const fitsStage = (
  person: Pick<Approver, 'level' | 'roleId'>,
  stage: ApprovalStage,
  { escalateTo }: Pick<ApprovalPolicy, 'escalateTo'>,
  escalated: boolean,
): boolean => hasRole(person, stage) || (escalated && escalateTo !== null && hasRole(person, escalateTo))

/** Of those who have agreed in advance, as many different people as complete all stages, in the order of these; undefined where they do not. */
export function inAdvance<A extends Approver>(stages: readonly ApprovalStage[], people: readonly A[]): A[] | undefined {
  const chosen: A[] = []
  for (const stage of seatsOf(stages)) {
    const next = people.find((person) => hasRole(person, stages[stage]!) && !chosen.some(({ userId }) => userId === person.userId))
    if (!next) return undefined
    chosen.push(next)
  }
  return chosen
}

/** The votes of people who agreed in advance, in the order of `inAdvance`. */
export const votesInAdvance = (stages: readonly ApprovalStage[], userIds: readonly string[]): CountedVote[] => {
  const seats = seatsOf(stages)
  return userIds.map((userId, place) => ({ userId, stage: seats[place] ?? stages.length, decision: 'APPROVE' }))
}

/** The stage of each vote that is needed. */
const seatsOf = (stages: readonly ApprovalStage[]): number[] => stages.flatMap(({ required }, stage) => Array<number>(required).fill(stage))

/** An approval that someone is about to decide. Instants are epoch ms. */
export interface Deciding {
  status: ApprovalStatus
  policy: ApprovalPolicy
  stage: number
  expiresAt: number
  escalated: boolean
  votes: readonly CountedVote[]
  /** People who may not: requesters and editors. */
  excluded: readonly string[]
  /** Those of them who are excluded as requesters only. */
  requesters: readonly string[]
}

export type WhyNot = 'DECIDED' | 'EXPIRED' | 'REQUESTER' | 'EDITOR' | 'NOT_ALLOWED' | 'OTHER_STAGE' | 'VOTED'

/**
 * Why this person may not decide now; undefined when they may. `rights` are those that they have for this run at this moment; null for
 * who is no member any more.
 */
export function whyNotDecide(
  approval: Deciding,
  userId: string,
  rights: { approve: boolean; selfApprove: boolean; level: RoleLevel; roleId: string } | null,
  now: number,
): WhyNot | undefined {
  const { status, policy, stage, expiresAt, escalated, votes, excluded, requesters } = approval
  if (status !== 'PENDING') return 'DECIDED'
  if (now >= expiresAt) return 'EXPIRED'
  if (rights === null) return 'NOT_ALLOWED'
  if (excluded.includes(userId)) {
    if (!requesters.includes(userId)) return 'EDITOR'
    if (policy.forbidRequester || !rights.selfApprove) return 'REQUESTER'
  }
  if (!rights.approve) return 'NOT_ALLOWED'
  if (votes.some((vote) => vote.userId === userId)) return 'VOTED'
  const open = policy.stages[stage]
  return open && fitsStage(rights, open, policy, escalated) ? undefined : 'OTHER_STAGE'
}

/** What the person is told. */
export const WHY_NOT: Readonly<Record<WhyNot, string>> = {
  DECIDED: 'It was decided already.',
  EXPIRED: 'The time for the decision is over.',
  REQUESTER: 'You asked for this run, so somebody else has to decide.',
  EDITOR: 'You were the last to edit this action, so somebody else has to decide.',
  NOT_ALLOWED: 'Your role may not approve runs of this action.',
  OTHER_STAGE: 'This stage is decided by people with another role.',
  VOTED: 'You have approved it already; one person counts once.',
}

/** Until when a decision is waited for, epoch ms: an occurrence has no use for it once the next one is there. */
export const expiryOf = (policy: Pick<ApprovalPolicy, 'expiresInSeconds'>, requestedAt: number, nextNominal: number | null): number =>
  Math.min(requestedAt + policy.expiresInSeconds * 1_000, nextNominal ?? Number.POSITIVE_INFINITY)

/** How long an occurrence is still worth sending, from `graceFrom` on. */
export interface Grace {
  catchUpWindowSeconds: number
  /** Its people were given so long to decide: who decides within it is not late. */
  expiresInSeconds: number
}

/**
 * From when on an occurrence has its grace, epoch ms: from its nominal time, or from when people were first asked, if that was later, as after a
 * downtime. Being asked again gives no more.
 */
export const graceFrom = (scheduledFor: number, requestedAt: number): number => Math.max(scheduledFor, requestedAt)

/**
 * Whether an occurrence is approved when its grace is over: one that was asked for again, after an edit or a lost vote, can outlive it.
 * @param from of `graceFrom`, epoch ms as `approvedAt`
 */
export const isTooLate = (from: number, approvedAt: number, { catchUpWindowSeconds, expiresInSeconds }: Grace): boolean =>
  approvedAt > from + Math.max(catchUpWindowSeconds, expiresInSeconds) * 1_000

/** When people are reminded and when a second role is asked, epoch ms; null where never, or not before its end. */
export function clockOf(
  policy: ApprovalPolicy,
  requestedAt: number,
  expiresAt: number,
): { remindAt: number | null; escalateAt: number | null } {
  const at = (seconds: number | null) => {
    const due = seconds === null ? null : requestedAt + seconds * 1_000
    return due !== null && due < expiresAt ? due : null
  }
  return { remindAt: at(policy.remindAfterSeconds), escalateAt: at(policy.escalateAfterSeconds) }
}

/** What an approval says at the gate, where each vote is looked at once more. */
export interface Standing {
  policy: Pick<ApprovalPolicy, 'stages' | 'escalateTo'>
  escalated: boolean
  /** Somebody broke the glass: nobody had to agree. */
  brokeGlass: boolean
  votes: readonly CountedVote[]
}

/**
 * The votes that no longer count, by what their voters may now, and whether what is left still approves. `rightsOf` gives undefined or
 * null for who is no enabled member.
 */
export function judgeStanding(
  { policy, escalated, brokeGlass, votes }: Standing,
  rightsOf: (userId: string) => { approve: boolean; level: RoleLevel; roleId: string } | null | undefined,
): { void: string[]; stands: boolean; stage: number } {
  const lost = votes.filter(({ userId, stage, decision }) => {
    if (decision !== 'APPROVE') return false
    const rights = rightsOf(userId)
    const wanted = policy.stages[stage]
    return !rights?.approve || !wanted || !fitsStage(rights, wanted, policy, escalated)
  })
  const left = progressOf(
    policy.stages,
    votes.filter((vote) => !lost.includes(vote)),
  )
  return {
    void: lost.map(({ userId }) => userId),
    stands: brokeGlass || left.complete,
    stage: Math.min(left.stage, policy.stages.length - 1),
  }
}
