import type { Capability } from '../server/domain/access.ts'
import {
  aBackfill,
  aBulkOperation,
  aCalendar,
  aMember,
  anAction,
  anApproval,
  aRole,
  aSchedule,
  aService,
  aWaitingRun,
  HOURLY,
} from './fixtures.ts'
import type { Rig } from './rig.ts'

export interface QueryCase {
  /** None: open to everybody who is signed in, or to everybody. */
  needs: readonly Capability[]
  /** Every argument and field of type ID is given, so that each can be replaced by another project's. */
  variables(rig: Rig): Promise<Record<string, unknown>>
}

const read = (variables: QueryCase['variables'] = async () => ({})): QueryCase => ({ needs: ['READ'], variables })
const open = (variables: QueryCase['variables'] = async () => ({})): QueryCase => ({ needs: [], variables })

/** Every query of the schema: a test fails for one that is missing. */
export const QUERY_CASES: Readonly<Record<string, QueryCase>> = {
  action: read(async (rig) => ({ id: await anAction(rig) })),
  actions: read(),
  apiTokens: read(),
  backfill: read(async (rig) => ({ id: await aBackfill(rig) })),
  backfills: read(async (rig) => ({ actionId: await anAction(rig) })),
  bulkOperation: read(async (rig) => ({ id: await aBulkOperation(rig) })),
  bulkOperations: read(),
  busiestMinutes: read(),
  calendars: read(),
  concurrencyLimits: read(),
  events: read(),
  invocation: read(async (rig) => ({ id: await aWaitingRun(rig) })),
  invocationCount: read(async (rig) => ({ filter: { actionId: await anAction(rig), serviceId: await aService(rig) } })),
  invocations: read(async (rig) => ({ filter: { actionId: await anAction(rig), serviceId: await aService(rig) } })),
  node: read(async (rig) => ({ id: await aService(rig) })),
  nodes: read(async (rig) => ({ ids: [await aService(rig)] })),
  project: open(),
  receipt: open(async () => ({ token: 'none' })),
  schedulePreview: read(async (rig) => ({ schedule: { ...HOURLY, calendarId: await aCalendar(rig) }, actionId: await aSchedule(rig) })),
  secrets: read(),
  services: read(),
  stats: read(),
  timezones: read(),
  upcomingDays: read(),
  upcomingRuns: read(),
  viewer: open(),
  approval: read(async (rig) => ({ id: await anApproval(rig) })),
  approvals: read(async (rig) => ({ filter: { actionId: await anAction(rig) } })),
  auditLog: {
    needs: ['READ', 'ADMINISTER'],
    variables: async (rig) => ({
      filter: { actorId: await aMember(rig), actionId: await anAction(rig), invocationId: await aWaitingRun(rig) },
    }),
  },
  auditVerification: { needs: ['READ', 'ADMINISTER'], variables: async () => ({}) },
  grants: read(async (rig) => ({ actionId: await anAction(rig) })),
  invite: open(async () => ({ secret: 'none' })),
  invites: { needs: ['READ', 'ADMINISTER'], variables: async () => ({}) },
  members: read(),
  policyDryRun: {
    needs: ['READ', 'MANAGE'],
    variables: async (rig) => ({ input: { roleId: await aRole(rig), actionId: await anAction(rig), trigger: { allowed: false } } }),
  },
  role: read(async (rig) => ({ id: await aRole(rig) })),
  roles: read(),
  sessions: open(),
  signInOptions: open(),
  tryCondition: { needs: ['READ', 'MANAGE'], variables: async (rig) => ({ condition: 'true', actionId: await anAction(rig) }) },
}
