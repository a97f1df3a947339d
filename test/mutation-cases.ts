import { type Capability, ROLE_LEVELS, type RoleLevel } from '../server/domain/access.ts'
import { publicId } from '../server/domain/ids.ts'
import {
  aBackfill,
  aBulkOperation,
  aCalendar,
  aDisabledMember,
  aFailedCallback,
  aFailedRun,
  aGrant,
  aMember,
  anAction,
  anAwaitingRun,
  anInvite,
  aPermission,
  aRole,
  aSchedule,
  aSecret,
  aService,
  aSession,
  aToken,
  aWaitingRun,
  builtIn,
  endBulkOperations,
  HOURLY,
  LATER,
  PAST,
  URL,
} from './fixtures.ts'
import type { Caller, Rig } from './rig.ts'

/** What a mutation takes, and how it is called so that it succeeds. */
export interface MutationCase {
  /** Whether who asks may. */
  may(caller: Caller): boolean
  /** Makes what the call needs, and gives its variables. `caller` is absent where only the shape of the call matters. */
  variables(rig: Rig, caller?: Caller): Promise<Record<string, unknown>>
  /** Other variables for an id that cannot be given together with the others, by its place. */
  instead?: Readonly<Record<string, (rig: Rig) => Promise<Record<string, unknown>>>>
}

/** The lowest role that has each right; written here anew, as the test is to find a mistake in the other one. */
const LOWEST: Readonly<Record<Capability, RoleLevel>> = { READ: 'VIEWER', OPERATE: 'OPERATOR', MANAGE: 'MANAGER', ADMINISTER: 'ADMIN' }

export const may =
  (capability: Capability) =>
  ({ level, scopes }: Pick<Caller, 'level' | 'scopes'>): boolean =>
    ROLE_LEVELS.indexOf(level) >= ROLE_LEVELS.indexOf(LOWEST[capability]) && (scopes === null || scopes.includes(capability))

type Variables = MutationCase['variables']

const takes = (capability: Capability, variables: Variables): MutationCase => ({ may: may(capability), variables })
const operate = (variables: Variables) => takes('OPERATE', variables)
const manage = (variables: Variables) => takes('MANAGE', variables)
/** Only people, whatever their role. */
const person = (variables: Variables): MutationCase => ({ may: ({ isPerson }) => isPerson, variables })
const personThat = (capability: Capability, variables: Variables): MutationCase => ({
  may: (caller) => caller.isPerson && may(capability)(caller),
  variables,
})
const administer = (variables: Variables) => takes('ADMINISTER', variables)

/** Every mutation of the schema: a test fails for one that is missing. */
export const MUTATION_CASES: Readonly<Record<string, MutationCase>> = {
  backfill: operate(async (rig) => ({ actionId: await aSchedule(rig), ...PAST })),
  bulkCancel: operate(async (rig) => {
    await endBulkOperations(rig)
    return { filter: { actionId: await anAction(rig), serviceId: await aService(rig) } }
  }),
  bulkRetry: operate(async (rig) => {
    await endBulkOperations(rig)
    return { filter: { actionId: await anAction(rig), serviceId: await aService(rig) } }
  }),
  cancel: operate(async (rig) => ({ invocationId: await aWaitingRun(rig) })),
  cancelBackfill: operate(async (rig) => ({ id: await aBackfill(rig) })),
  createAction: manage(async (rig) => ({
    input: {
      name: `made ${rig.next()}`,
      target: { serviceId: await aService(rig), path: '/x' },
      schedule: { ...HOURLY, calendarId: await aCalendar(rig) },
    },
  })),
  createActions: manage(async (rig) => ({
    inputs: [
      {
        name: `made ${rig.next()}`,
        target: { serviceId: await aService(rig), path: '/x' },
        schedule: { ...HOURLY, calendarId: await aCalendar(rig) },
      },
    ],
  })),
  createApiToken: {
    // People make their own.
    may: (caller) => caller.isPerson || may('ADMINISTER')(caller),
    variables: async (rig, caller) => ({
      input: {
        name: `made ${rig.next()}`,
        roleId: await builtIn(rig, caller?.isPerson ? caller.level : 'OPERATOR'),
        ...(caller?.isPerson ? { onBehalfOf: publicId('user', caller.id) } : { onBehalfOf: await aMember(rig) }),
      },
    }),
  },
  createCalendar: manage(async (rig) => ({ input: { name: `made ${rig.next()}` } })),
  createService: manage(async (rig) => ({ input: { name: `made ${rig.next()}`, baseUrl: URL } })),
  deleteAction: manage(async (rig) => ({ id: await anAction(rig) })),
  deleteCalendar: manage(async (rig) => ({ id: await aCalendar(rig) })),
  deleteSecret: manage(async (rig) => ({ id: await aSecret(rig) })),
  deleteService: manage(async (rig) => ({ id: await aService(rig) })),
  invokeNow: operate(async (rig) => ({ actionId: await anAction(rig) })),
  pause: operate(async (rig) => ({ actionId: await aSchedule(rig) })),
  renewReceipt: manage(async (rig) => ({ invocationId: await aWaitingRun(rig) })),
  resealSecrets: administer(async () => ({})),
  resetBreaker: manage(async (rig) => ({ serviceId: await aService(rig) })),
  resume: operate(async (rig) => ({ actionId: await anAction(rig, { schedule: HOURLY, enabled: false }) })),
  retry: operate(async (rig) => ({ invocationId: await aFailedRun(rig) })),
  retryCallback: operate(async (rig) => ({ invocationId: await aFailedCallback(rig) })),
  revokeApiToken: administer(async (rig) => ({ id: await aToken(rig) })),
  revokeReceipt: manage(async (rig) => ({ invocationId: await aWaitingRun(rig) })),
  rotateSigningSecret: manage(async (rig) => ({ serviceId: await aService(rig) })),
  runAt: operate(async (rig) => ({ actionId: await anAction(rig), at: LATER })),
  send: operate(async (rig) => ({ input: { serviceId: await aService(rig), path: '/x', name: `sent ${rig.next()}` } })),
  sendMany: operate(async (rig) => ({ inputs: [{ serviceId: await aService(rig), path: '/x', name: `sent ${rig.next()}` }] })),
  setConcurrencyLimit: manage(async (rig) => ({ key: `key ${rig.next()}`, limit: { maxConcurrency: 2 } })),
  setEnabledQuota: administer(async (rig) => ({ quota: 1_000 + rig.next() })),
  setExecutionMode: manage(async (rig) => ({ mode: 'ACTIVE', note: `note ${rig.next()}` })),
  setSecret: manage(async (rig) => ({ name: `MADE_${rig.next()}`, value: 'a value' })),
  skipNext: operate(async (rig) => ({ actionId: await aSchedule(rig) })),
  stopBulkOperation: operate(async (rig) => ({ id: await aBulkOperation(rig) })),
  updateAction: manage(async (rig) => ({
    id: await anAction(rig),
    input: {
      name: `changed ${rig.next()}`,
      target: { serviceId: await aService(rig), path: '/y' },
      schedule: { ...HOURLY, calendarId: await aCalendar(rig) },
    },
  })),
  updateCalendar: manage(async (rig) => ({ id: await aCalendar(rig), input: { name: `changed ${rig.next()}` } })),
  updateService: manage(async (rig) => ({ id: await aService(rig), input: { name: `changed ${rig.next()}` } })),
  approve: personThat('MANAGE', async (rig) => ({ invocationId: await anAwaitingRun(rig) })),
  reject: personThat('MANAGE', async (rig) => ({ invocationId: await anAwaitingRun(rig) })),
  clearPermission: administer(aPermission),
  setPermission: administer(async (rig) => ({
    input: { roleId: await aRole(rig), actionId: await anAction(rig), trigger: { allowed: true } },
  })),
  createGrant: {
    ...personThat('MANAGE', async (rig) => ({ input: { actionId: await anAction(rig), memberId: await aMember(rig), maxRuns: 3 } })),
    instead: { 'input.tokenId': async (rig) => ({ input: { actionId: await anAction(rig), tokenId: await aToken(rig), maxRuns: 3 } }) },
  },
  revokeGrant: manage(async (rig) => ({ id: await aGrant(rig) })),
  createProject: personThat('ADMINISTER', async (rig) => ({ input: { name: `project ${rig.next()}` } })),
  selectProject: person(async (rig) => ({ id: publicId('project', rig.projectId) })),
  updateProject: administer(async (rig) => ({ input: { name: `project ${rig.next()}` } })),
  createRole: administer(async (rig) => {
    await aRole(rig)
    return { input: { name: `role ${rig.next()}`, level: 'VIEWER' } }
  }),
  updateRole: administer(async (rig) => ({ id: await aRole(rig), input: { name: `role ${rig.next()}` } })),
  deleteRole: administer(async (rig) => ({ id: await aRole(rig) })),
  inviteMember: administer(async (rig) => ({ input: { email: `new${rig.next()}@example.com`, roleId: await builtIn(rig, 'VIEWER') } })),
  revokeInvite: administer(async (rig) => ({ id: await anInvite(rig) })),
  setMemberRole: administer(async (rig) => ({ memberId: await aMember(rig), roleId: await builtIn(rig, 'MANAGER') })),
  disableMember: administer(async (rig) => ({ memberId: await aMember(rig) })),
  enableMember: administer(async (rig) => ({ memberId: await aDisabledMember(rig) })),
  updateAccount: person(async (rig) => ({ input: { name: `name ${rig.next()}` } })),
  setPassword: person(async () => ({ input: { next: 'a new password, long enough' } })),
  revokeSession: person(async (rig, caller) => ({ id: await aSession(rig, caller) })),
  revokeOtherSessions: person(async (rig, caller) => {
    await aSession(rig, caller)
    return {}
  }),
}
