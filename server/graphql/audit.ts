import { requireCapability } from '../domain/access.ts'
import { parseAuditFilter } from '../domain/audit-filter.ts'
import { publicId } from '../domain/ids.ts'
import { recordOf } from '../domain/record.ts'
import { auditRows } from '../store/audit-conditions.ts'
import { AuditResult as StoredResult } from '../store/generated/prisma/enums.ts'
import { Action } from './action.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { type Context, projectOf, viewerOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { Invocation, Record } from './invocation.ts'
import { Member } from './member.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const AuditResult = builder.enumType(StoredResult, { name: 'AuditResult' })

const AuditEntry = builder.prismaObject('AuditEntry', {
  interfaces: [Node],
  description:
    'What someone did, or tried to do. Nobody can change or remove it unseen: each one is bound to the one before it in its chain.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('audit', id) }),
    at: t.expose('at', { type: 'DateTime' }),
    actor: t.field({
      type: Actor,
      resolve: ({ actorKind, actorId, actorName }) => ({ kind: actorKind, id: actorId, ...(actorName !== null && { name: actorName }) }),
    }),
    actorName: t.exposeString('actorName', { nullable: true, description: 'As it was then; null where only who it was is on record.' }),
    onBehalfOf: t.field({
      type: Member,
      nullable: true,
      description: 'For whom a token acted.',
      resolve: ({ onBehalfOf }, _, { db }) => (onBehalfOf ? db.prisma.user.findUnique({ where: { id: onBehalfOf } }) : null),
    }),
    verb: t.exposeString('verb', { description: 'The noun, and what became of it: `action.updated`.' }),
    objectType: t.exposeString('objectType', { nullable: true }),
    objectId: t.exposeString('objectId', { nullable: true, description: 'As people see it.' }),
    action: t.field({
      type: Action,
      nullable: true,
      description: 'Null where it concerns none, or one that is gone.',
      resolve: async ({ actionId }, _, context) =>
        inProject(actionId ? await context.loaders.action.load({ id: actionId, query: {} }) : null, context),
    }),
    invocation: t.field({
      type: Invocation,
      nullable: true,
      description: 'Null where it concerns none, or one that is not kept any more.',
      resolve: async ({ invocationId }, _, context) =>
        inProject(invocationId ? await context.loaders.invocation.load({ id: invocationId, query: {} }) : null, context),
    }),
    record: t.field({
      type: Record,
      nullable: true,
      resolve: recordOf,
    }),
    data: t.field({ type: 'JSON', nullable: true, description: 'Redacted, as are `before` and `after`.', resolve: ({ data }) => data }),
    before: t.field({ type: 'JSON', nullable: true, description: 'Of what changed only.', resolve: ({ before }) => before }),
    after: t.field({ type: 'JSON', nullable: true, resolve: ({ after }) => after }),
    result: t.expose('result', { type: AuditResult }),
    code: t.exposeString('code', { nullable: true, description: 'Of the refusal or the error.' }),
    ip: t.exposeString('ip', { nullable: true }),
    chain: t.string({ resolve: ({ chainId }) => chainId }),
    seq: t.string({ description: 'Its number in the chain, from 1.', resolve: ({ seq }) => seq.toString() }),
    hash: t.string({ resolve: ({ hash }) => Buffer.from(hash).toString('hex') }),
  }),
})

const AuditEntryConnection = connectionOf('AuditEntry', AuditEntry)

const AuditFilter = builder.inputType('AuditFilter', {
  fields: (t) => ({
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime' }),
    actorId: t.id({ description: 'A member or an API token: what it did, and what was done on its behalf.' }),
    verb: t.string({ description: 'A whole one, or the noun before its dot.' }),
    objectType: t.string(),
    objectId: t.string(),
    actionId: t.id(),
    invocationId: t.id(),
    recordType: t.string(),
    recordId: t.string(),
    result: t.field({ type: AuditResult }),
    search: t.string({ description: 'Part of what stands in an entry, in any case, up to 200 characters.' }),
  }),
})

builder.queryField('auditLog', (t) =>
  t.field({
    type: AuditEntryConnection,
    description: 'Newest first. It takes the role ADMIN.',
    args: { filter: t.arg({ type: AuditFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { filter, first, after }, context) => {
      const projectId = auditedProjectOf(context)
      const size = pageSize(first)
      const page = auditRows('id', {
        projectId,
        filter: parseAuditFilter(filter),
        after: idAfter('auditLog', after),
        order: 'desc',
        limit: size + 1,
      })
      const ids = (await context.db.prisma.$queryRaw<{ id: string }[]>(page)).map(({ id }) => id)
      const rows = await context.db.prisma.auditEntry.findMany({
        where: { id: { in: ids }, OR: [{ projectId }, { projectId: null }] },
        orderBy: { id: 'desc' },
      })
      return pageOf(rows, size, after, ({ id }) => sealCursor('auditLog', id))
    },
  }),
)

registerNode('audit', 'AuditEntry', (context, _, ids, query) =>
  context.db.prisma.auditEntry.findMany({ ...query, where: { projectId: auditedProjectOf(context), id: { in: ids } } }),
)

/** The project whose audit the viewer may see. @throws DocketError FORBIDDEN */
export function auditedProjectOf(context: Context): string {
  requireCapability(viewerOf(context).access, 'ADMINISTER')
  return projectOf(context)
}

/** An entry of a refusal may name what another project holds. */
const inProject = <T extends { projectId: string }>(row: T | null | undefined, context: Context): T | null =>
  row?.projectId === projectOf(context) ? row : null
