import type { AuditFault, AuditResult } from '../../../../sdk/generated/operations.ts'
import type { Tone } from '../../ui/status.tsx'

export const RESULT_WORDS: Readonly<Record<AuditResult, { name: string; tone: Tone }>> = {
  DONE: { name: 'Done', tone: 'good' },
  REFUSED: { name: 'Refused', tone: 'warn' },
  FAILED: { name: 'Failed', tone: 'bad' },
}

/** What is wrong with an entry, as the rest of a sentence that names it. */
export const FAULT_WORDS: Readonly<Record<AuditFault, string>> = {
  ANCHOR: 'the anchors are not as they were written',
  CHANGED: 'it is not as it was written',
  CUT_OFF: 'its chain ends before an entry that an anchor tells of',
  FORKED: 'it was written behind another entry than the one that is there',
  INSERTED: 'it was never written there',
  MISSING: 'one or more before it are gone',
  OTHER_PROJECT: 'it is another project’s',
  REORDERED: 'it was written at another place',
}

/** The nouns that verbs begin with, to choose one of. */
export const NOUNS = [
  'account',
  'action',
  'approval',
  'audit',
  'backfill',
  'breaker',
  'bulk',
  'calendar',
  'callback',
  'grant',
  'invite',
  'invocation',
  'limit',
  'member',
  'notice',
  'permission',
  'project',
  'receipt',
  'request',
  'role',
  'secret',
  'secrets',
  'service',
  'session',
  'signing',
  'token',
] as const

/** Verbs that are often looked for. */
export const VERBS = [
  'approval.approved',
  'approval.granted',
  'approval.rejected',
  'approval.voided',
  'audit.refused',
  'invocation.requested',
  'invocation.sent',
  'notice.sent',
  'request.refused',
  'session.started',
  'session.refused',
] as const
