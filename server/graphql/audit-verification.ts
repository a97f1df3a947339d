import type { AUDIT_FAULTS } from '../domain/audit-check.ts'
import { publicId } from '../domain/ids.ts'
import { type Verification, verifyAudit } from '../store/audit-verify.ts'
import type { Database } from '../store/database.ts'
import { auditedProjectOf } from './audit.ts'
import { builder } from './builder.ts'

const AuditFault = builder.enumType('AuditFault', {
  description: 'What is wrong with the first entry that is not as it should be.',
  values: {
    CHANGED: { description: 'It is not as it was written.' },
    MISSING: { description: 'One or more before it are gone.' },
    INSERTED: { description: 'It was never written there.' },
    REORDERED: { description: 'It was written at another place.' },
    FORKED: { description: 'It was written behind another entry than the one that is there.' },
    OTHER_PROJECT: { description: "It is another project's." },
    CUT_OFF: { description: 'The chain ends before an entry that an anchor tells of.' },
    ANCHOR: { description: 'The anchors are not as they were written, or the one that was asked for is not among them.' },
  } satisfies Record<(typeof AUDIT_FAULTS)[number], object>,
})

/** A verification as a project sees it. */
interface Shape extends Verification {
  projectId: string
  verifiedAt: Date
}

const AuditFirstBad = builder.objectRef<Shape>('AuditFirstBad').implement({
  fields: (t) => ({
    id: t.id({
      nullable: true,
      description: 'Null where nothing stands, and for what your project does not hold.',
      resolve: ({ firstBad, projectId }) => (firstBad?.id && firstBad.projectId === projectId ? publicId('audit', firstBad.id) : null),
    }),
    chain: t.string({ nullable: true, description: 'Null for the anchors.', resolve: ({ firstBad }) => firstBad!.chain }),
    seq: t.string({ nullable: true, resolve: ({ firstBad }) => firstBad!.seq?.toString() ?? null }),
    reason: t.field({ type: AuditFault, resolve: ({ firstBad }) => firstBad!.reason }),
  }),
})

const AuditVerification = builder.objectRef<Shape>('AuditVerification').implement({
  description: 'Every entry of the installation was read and hashed anew; behind the first that is bad nothing is looked at.',
  fields: (t) => ({
    ok: t.exposeBoolean('ok'),
    entries: t.int({
      description: 'Of your project that were in order.',
      resolve: ({ byProject, projectId }) => byProject.get(projectId) ?? 0,
    }),
    chains: t.exposeInt('chains', { description: 'Each is written by one server, one transaction at a time.' }),
    anchors: t.exposeInt('anchors'),
    firstBad: t.field({ type: AuditFirstBad, nullable: true, resolve: (result) => (result.firstBad ? result : null) }),
    verifiedAt: t.expose('verifiedAt', { type: 'DateTime' }),
  }),
})

builder.queryField('auditVerification', (t) =>
  t.field({
    type: AuditVerification,
    description: 'Takes as long as it takes: about 3 s for 100,000 entries. It takes the role ADMIN.',
    args: {
      anchor: t.arg.string({ description: 'Hash of an anchor that was published: it must be among the anchors.' }),
    },
    resolve: async (_, { anchor }, context) => {
      const projectId = auditedProjectOf(context)
      const resume = context.deadline?.pause()
      try {
        const { at, ...result } = await shared(context.db, anchor?.trim().toLowerCase() || undefined)
        return { ...result, projectId, verifiedAt: at }
      } finally {
        resume?.()
      }
    },
  }),
)

const underWay = new WeakMap<Database, Map<string, Promise<Verification & { at: Date }>>>()

/** Who asks while one is under way gets the same answer: it reads the whole table. */
function shared(db: Database, anchor: string | undefined): Promise<Verification & { at: Date }> {
  const all = underWay.get(db) ?? new Map<string, Promise<Verification & { at: Date }>>()
  underWay.set(db, all)
  const name = anchor ?? ''
  const present =
    all.get(name) ??
    verifyAudit(db, { anchor })
      .then((result) => ({ ...result, at: new Date() }))
      .finally(() => all.delete(name))
  all.set(name, present)
  return present
}
