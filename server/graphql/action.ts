import { queryFromInfo } from '@pothos/plugin-prisma'
import { parseId, publicId } from '../domain/ids.ts'
import { maskHeaders } from '../domain/mask.ts'
import { DEFAULT_RETRY_PLAN, type RetryPlan as Plan } from '../domain/retry.ts'
import { addressOf } from '../domain/target.ts'
import { openHeaders } from '../store/action-headers.ts'
import type { Prisma, Service as ServiceRow } from '../store/generated/prisma/client.ts'
import { actionOperations } from './action-operations.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { ActionKind, ActionOperation, CatchUp, HttpMethod, OverlapPolicy } from './enums.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'
import { RetryPlan } from './retry-plan.ts'
import { Schedule } from './schedule.ts'
import { Service } from './service.ts'

interface TargetShape {
  path: string | null
  url: string | null
  service: ServiceRow | null
}

const Target = builder.objectRef<TargetShape>('Target').implement({
  description: 'Where the request goes: a path on a service, or an absolute URL. `url` is the whole address in both cases.',
  fields: (t) => ({
    service: t.expose('service', { type: Service, nullable: true }),
    path: t.exposeString('path', { nullable: true }),
    url: t.string({ resolve: (target) => addressOf(target, target.service?.baseUrl) }),
  }),
})

export const Action = builder.prismaObject('Action', {
  interfaces: [Node],
  description: 'What runs and when: a target, a request, a schedule.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('action', id) }),
    key: t.exposeString('key', { nullable: true }),
    name: t.exposeString('name'),
    kind: t.expose('kind', { type: ActionKind }),
    enabled: t.exposeBoolean('enabled'),
    pauseNote: t.exposeString('pauseNote', { nullable: true }),
    target: t.field({ type: Target, select: { service: true }, resolve: ({ path, url, service }) => ({ path, url, service }) }),
    method: t.expose('method', { type: HttpMethod }),
    headers: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Header values are masked unless the name is on the allow-list.',
      resolve: ({ id, headers }, _, { db }) => {
        const own = openHeaders(db.vault, id, headers)
        return own && maskHeaders(own)
      },
    }),
    body: t.exposeString('body', { nullable: true }),
    timeoutSeconds: t.exposeInt('timeoutSeconds'),
    retryable: t.exposeBoolean('retryable'),
    maxAttempts: t.exposeInt('maxAttempts'),
    retry: t.field({
      type: RetryPlan,
      resolve: ({ retry, maxAttempts }) => ({ ...((retry ?? DEFAULT_RETRY_PLAN) as unknown as Plan), maxAttempts }),
    }),
    callbackUrl: t.exposeString('callbackUrl', { nullable: true, description: 'Gets the final invocation as a signed POST.' }),
    concurrencyKey: t.exposeString('concurrencyKey', {
      nullable: true,
      description: 'Runs of all actions with the same key share one limit.',
    }),
    schedule: t.field({
      type: Schedule,
      nullable: true,
      select: { calendar: true },
      resolve: (action) => (action.kind === 'ON_DEMAND' ? null : action),
    }),
    overlapPolicy: t.expose('overlapPolicy', { type: OverlapPolicy }),
    catchUp: t.expose('catchUp', { type: CatchUp }),
    catchUpWindowSeconds: t.exposeInt('catchUpWindowSeconds', { description: 'How late a missed run may still start.' }),
    maxRuns: t.exposeInt('maxRuns', { nullable: true, description: 'Runs that the schedule may make in all; null = no limit.' }),
    runsMade: t.exposeInt('runsMade', { description: 'Runs that the schedule has made since it, or `maxRuns`, was last changed.' }),
    deleteAfterCompletion: t.exposeBoolean('deleteAfterCompletion', {
      description: 'A one-time action is deleted when its run has ended.',
    }),
    recordType: t.exposeString('recordType', { nullable: true }),
    tags: t.exposeStringList('tags'),
    allowedOperations: t.field({ type: [ActionOperation], resolve: (action, _, context) => actionOperations(action, context) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const ActionConnection = connectionOf('Action', Action)

const ActionFilter = builder.inputType('ActionFilter', {
  fields: (t) => ({ kind: t.field({ type: ActionKind }), enabled: t.boolean(), recordType: t.string(), search: t.string() }),
})

builder.queryField('action', (t) =>
  t.prismaField({
    type: Action,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _, { id }, context) => {
      const projectId = projectOf(context)
      const known = parseId(id)
      if (known?.noun !== 'action') return null
      return context.db.prisma.action.findFirst({ ...query, where: { projectId, id: known.uuid, deletedAt: null } })
    },
  }),
)

builder.queryField('actions', (t) =>
  t.field({
    type: ActionConnection,
    args: { filter: t.arg({ type: ActionFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { filter, first, after }, context, info) => {
      const size = pageSize(first)
      const where = { ...whereOf(filter), projectId: projectOf(context), id: { lt: idAfter('actions', after) } }
      const query = queryFromInfo({ context, info, typeName: 'Action', path: ['edges', 'node'] })
      const rows = await context.db.prisma.action.findMany({ ...query, where, orderBy: { id: 'desc' }, take: size + 1 })
      return pageOf(rows, size, after, ({ id }) => sealCursor('actions', id))
    },
  }),
)

registerNode('action', 'Action', ({ db }, projectId, ids, query) =>
  db.prisma.action.findMany({ ...query, where: { projectId, id: { in: ids }, deletedAt: null } }),
)

function whereOf(filter: typeof ActionFilter.$inferInput | null | undefined): Prisma.ActionWhereInput {
  const { kind, enabled, recordType, search } = filter ?? {}
  // Prisma makes a LIKE pattern of it and leaves the wildcards in.
  const text = search?.trim().replace(/[\\%_]/g, '\\$&')
  const found = text ? { contains: text, mode: 'insensitive' as const } : undefined
  return {
    deletedAt: null,
    kind: kind ?? undefined,
    enabled: enabled ?? undefined,
    recordType: recordType ?? undefined,
    OR: found && [{ name: found }, { key: found }],
  }
}
