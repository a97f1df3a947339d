import type { Actor } from './actor.ts'
import { publicId } from './ids.ts'
import type { RetryPlan } from './retry.ts'

/** What is told. The first three and VOIDED ask people to decide; the others say to who asked for the run what came of it. */
export type NoticeKind = 'REQUESTED' | 'REMINDER' | 'ESCALATED' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'VOIDED'

/** Those that nobody needs any more once it is decided. */
export const ASKING: readonly NoticeKind[] = ['REQUESTED', 'REMINDER', 'ESCALATED', 'VOIDED']

/** Attempts until a notice is given up. */
export const NOTICE_ATTEMPTS = 8
/** One deadline for each attempt. */
export const NOTICE_TIMEOUT_MS = 15_000
/** Soon at first, since somebody waits; seven pauses, about three and a half hours in all. */
export const NOTICE_PLAN: RetryPlan = {
  backoffSeconds: 5,
  backoffFactor: 4,
  maxBackoffSeconds: 3_600,
  jitter: 0.2,
  delaysSeconds: [5, 30, 120, 600, 1_800, 3_600, 7_200],
  retryOn: ['HTTP_3XX', 'HTTP_4XX', 'HTTP_5XX', 'TIMEOUT', 'NETWORK'],
}

/** An approval as notices tell of it. Ids are UUIDs, instants epoch ms. Nothing in it is secret. */
export interface ToldApproval {
  id: string
  projectId: string
  invocationId: string
  actionId: string
  actionName: string
  actionKey: string | null
  /** Host that the request goes to; its path and query may hold secrets. */
  host: string
  method: string
  record: { type: string; id: string } | null
  requester: Pick<Actor, 'kind' | 'name'>
  status: string
  digest: string
  requestedAt: number
  expiresAt: number
  decidedAt: number | null
}

/** Where people look at it. Opening it decides nothing. */
const approvalUrl = (publicUrl: string, approvalId: string): string => `${publicUrl}/approvals/${publicId('approval', approvalId)}`

/** Body of the webhook, in the form that Standard Webhooks advises. */
export function noticeBody(kind: NoticeKind, told: ToldApproval, { at, publicUrl }: { at: number; publicUrl: string | null }): string {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return JSON.stringify({
    type: `approval.${kind.toLowerCase()}`,
    timestamp: time(at),
    data: {
      id: publicId('approval', told.id),
      projectId: publicId('project', told.projectId),
      invocationId: publicId('invocation', told.invocationId),
      action: { id: publicId('action', told.actionId), name: told.actionName, key: told.actionKey },
      record: told.record,
      requester: told.requester,
      status: told.status,
      digest: told.digest,
      requestedAt: time(told.requestedAt),
      expiresAt: time(told.expiresAt),
      decidedAt: time(told.decidedAt),
      url: publicUrl === null ? null : approvalUrl(publicUrl, told.id),
    },
  })
}

export interface NoticeMail {
  subject: string
  text: string
  html: string
}

const SUBJECTS: Readonly<Record<NoticeKind, string>> = {
  REQUESTED: 'Approval wanted',
  REMINDER: 'Still waiting for approval',
  ESCALATED: 'Approval wanted, nobody has decided yet',
  VOIDED: 'Approval wanted again',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  EXPIRED: 'Approval expired',
}

const SENTENCES: Readonly<Record<NoticeKind, string>> = {
  REQUESTED: 'A run waits for your decision.',
  REMINDER: 'A run still waits for your decision.',
  ESCALATED: 'Nobody has decided about a run yet, so you are asked too.',
  VOIDED: 'A run waits for your decision again: approvals that it had before count no longer.',
  APPROVED: 'The run that you asked for was approved.',
  REJECTED: 'The run that you asked for was rejected.',
  EXPIRED: 'Nobody decided in time about the run that you asked for. It will not be sent.',
}

/** Characters of the digest that people compare. */
const DIGEST_SHOWN = 12

/** The mail, as plain text and as simple HTML. */
export function noticeMail(kind: NoticeKind, told: ToldApproval, publicUrl: string): NoticeMail {
  const { record, requester, digest, expiresAt } = told
  const link = approvalUrl(publicUrl, told.id)
  const name = oneLine(told.actionName)
  const facts: [string, string][] = [
    ['Action', name],
    ...(record ? [['Record', oneLine(`${record.type} ${record.id}`)] as [string, string]] : []),
    ['Request', `${told.method} to ${told.host}`],
    ['Asked for by', requester.kind === 'SYSTEM' ? 'its schedule' : oneLine(requester.name)],
    ...(ASKING.includes(kind) ? [['Expires', utc(expiresAt)] as [string, string]] : []),
    ['Digest', digest.slice(0, DIGEST_SHOWN)],
  ]
  const note = ASKING.includes(kind)
    ? 'The link shows the exact request. Opening it decides nothing: you approve or reject on the page, signed in.'
    : 'The link shows the request and who decided.'
  const wide = Math.max(...facts.map(([label]) => label.length)) + 2
  const lines = facts.map(([label, value]) => `${`${label}:`.padEnd(wide)}${value}`)
  const rows = facts.map(([label, value]) => `<tr><th align="left">${escaped(label)}</th><td>${escaped(value)}</td></tr>`)
  return {
    subject: `${SUBJECTS[kind]}: ${name}`,
    text: [SENTENCES[kind], '', ...lines, '', link, '', note, ''].join('\n'),
    html: `<p>${escaped(SENTENCES[kind])}</p>\n<table cellpadding="4">\n${rows.join('\n')}\n</table>\n<p><a href="${escaped(link)}">${escaped(link)}</a></p>\n<p>${escaped(note)}</p>\n`,
  }
}

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Names are people's own texts: none of them may begin a line of its own. */
const oneLine = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)
