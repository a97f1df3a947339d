import { publicId } from '../domain/ids.ts'
import { maskHeaders } from '../domain/mask.ts'
import { builder } from './builder.ts'
import { AttemptPhase, ErrorSource } from './enums.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf } from './page.ts'

export interface FailureShape {
  source: 'TARGET' | 'DISPATCH' | 'HANDLER' | 'UNKNOWN'
  code: string
  message: string
  responseCode: number | null
  /** Read only when it is asked for. */
  responseBody: () => Promise<string | null | undefined> | string | null
}

/** The columns that tell why a request failed, the same on an attempt and on its invocation. */
export interface FailureColumns {
  errorSource: FailureShape['source'] | null
  errorCode: string | null
  errorMessage: string | null
  responseCode: number | null
}

export const InvocationError = builder.objectRef<FailureShape>('InvocationError').implement({
  fields: (t) => ({
    source: t.expose('source', { type: ErrorSource }),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    responseCode: t.exposeInt('responseCode', { nullable: true }),
    responseBody: t.string({ nullable: true, resolve: ({ responseBody }) => responseBody() }),
  }),
})

/** Null unless the row holds an error. */
export function failureOf(row: FailureColumns, responseBody: FailureShape['responseBody']): FailureShape | null {
  const { errorSource: source, errorCode: code, errorMessage, responseCode } = row
  return source && code ? { source, code, message: errorMessage ?? code, responseCode, responseBody } : null
}

interface PhaseColumns {
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  sendMs: number | null
  waitMs: number | null
  bodyMs: number | null
}

/** Null for an attempt of which no phase is known. */
export const phasesOf = (row: PhaseColumns): PhaseColumns | null =>
  (row.dnsMs ?? row.connectMs ?? row.sendMs ?? row.waitMs) === null ? null : row

export const AttemptPhases = builder.objectRef<PhaseColumns>('AttemptPhases').implement({
  description:
    'Milliseconds of each phase, one after the other; null for one that did not take place, such as connecting on a connection that was open.',
  fields: (t) => ({
    dnsMs: t.exposeFloat('dnsMs', { nullable: true }),
    connectMs: t.exposeFloat('connectMs', { nullable: true }),
    tlsMs: t.exposeFloat('tlsMs', { nullable: true }),
    sendMs: t.exposeFloat('sendMs', { nullable: true }),
    waitMs: t.exposeFloat('waitMs', { nullable: true, description: 'From the last byte out to the first byte in.' }),
    bodyMs: t.exposeFloat('bodyMs', { nullable: true }),
  }),
})

export const Attempt = builder.prismaObject('Attempt', {
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('attempt', id) }),
    number: t.exposeInt('number'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime' }),
    durationMs: t.exposeFloat('durationMs'),
    phases: t.field({ type: AttemptPhases, nullable: true, resolve: phasesOf }),
    failedPhase: t.expose('failedPhase', { type: AttemptPhase, nullable: true }),
    responseCode: t.exposeInt('responseCode', { nullable: true }),
    responseHeaders: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Header values are masked unless the name is on the allow-list.',
      resolve: ({ responseHeaders }) => responseHeaders && maskHeaders(responseHeaders as never),
    }),
    responseBody: t.exposeString('responseBody', { nullable: true }),
    truncated: t.exposeBoolean('truncated', { description: 'The response was longer than the 64 KiB that are kept.' }),
    error: t.field({ type: InvocationError, nullable: true, resolve: (attempt) => failureOf(attempt, () => attempt.responseBody) }),
  }),
})

export const AttemptConnection = connectionOf('Attempt', Attempt)

registerNode('attempt', 'Attempt', ({ db }, projectId, ids, query) =>
  db.prisma.attempt.findMany({ ...query, where: { id: { in: ids }, invocation: { projectId } } }),
)
