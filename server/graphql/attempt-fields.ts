import { maskHeaders } from '../domain/mask.ts'
import type { CallbackAttempt as CallbackAttemptRow } from '../store/generated/prisma/client.ts'
import { Attempt } from './attempt.ts'
import { builder } from './builder.ts'
import { CallbackAttempt } from './callback.ts'
import { AttemptPhase } from './enums.ts'
import { BODY_MASKED, maskOptional } from './mask-body.ts'

/** What an attempt of a run and one of a callback tell alike. */
for (const type of [Attempt, CallbackAttempt]) {
  builder.objectFields(type, (t) => ({
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
    responseBody: t.string({
      nullable: true,
      description: BODY_MASKED,
      resolve: ({ responseBody }) => maskOptional(responseBody),
    }),
    truncated: t.exposeBoolean('truncated', { description: 'The response was longer than the 64 KiB that are kept.' }),
  }))
}

type PhaseColumns = Pick<CallbackAttemptRow, 'dnsMs' | 'connectMs' | 'tlsMs' | 'sendMs' | 'waitMs' | 'bodyMs'>

/** Null for an attempt of which no phase is known. */
const phasesOf = (row: PhaseColumns): PhaseColumns | null =>
  (row.dnsMs ?? row.connectMs ?? row.sendMs ?? row.waitMs) === null ? null : row

const AttemptPhases = builder.objectRef<PhaseColumns>('AttemptPhases').implement({
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
