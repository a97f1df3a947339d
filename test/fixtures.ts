import { backfill } from '../server/commands/backfill.ts'
import { bulkCancel } from '../server/commands/bulk-cancel.ts'
import { createAction } from '../server/commands/create-action.ts'
import { createCalendar } from '../server/commands/create-calendar.ts'
import { createRole } from '../server/commands/create-role.ts'
import { createService } from '../server/commands/create-service.ts'
import { inviteMember } from '../server/commands/invite-member.ts'
import { invokeNow } from '../server/commands/invoke-now.ts'
import { runAt } from '../server/commands/run-at.ts'
import { setPermission } from '../server/commands/set-permission.ts'
import { setSecret } from '../server/commands/set-secret.ts'
import type { RoleLevel } from '../server/domain/access.ts'
import type { CreateActionInput } from '../server/domain/action-input.ts'
import { internalId, type Noun, publicId } from '../server/domain/ids.ts'
import { newId } from '../server/new-id.ts'
import { builtInRole } from '../server/store/find-role.ts'
import { openSession } from '../server/store/sessions.ts'
import { failRun, markRunning } from './records.ts'
import type { Caller, Rig } from './rig.ts'

// Each makes something new in a project, as the system itself does, and gives its public id.

export const HOURLY = { cronExpression: '0 * * * *', timezone: 'UTC' }
export const URL = 'https://example.com/hook'
/** Beyond every test. */
export const LATER = new Date(Date.now() + 300 * 86_400_000).toISOString()

const named = (noun: Noun, id: string): string => publicId(noun, id)

export const anAction = async (rig: Rig, more: Partial<CreateActionInput> = {}): Promise<string> =>
  named('action', (await createAction(rig.ctx, { name: `action ${rig.next()}`, target: { url: URL }, ...more })).id)

export const aSchedule = (rig: Rig): Promise<string> => anAction(rig, { schedule: HOURLY })

export const aService = async (rig: Rig): Promise<string> =>
  named('service', (await createService(rig.ctx, { name: `service ${rig.next()}`, baseUrl: URL })).id)

export const aCalendar = async (rig: Rig): Promise<string> =>
  named('calendar', (await createCalendar(rig.ctx, { name: `calendar ${rig.next()}`, weekdays: [7] })).id)

export const aSecret = async (rig: Rig): Promise<string> =>
  named('secret', (await setSecret(rig.ctx, { name: `SECRET_${rig.next()}`, value: 'a value of it' })).id)

export const aWaitingRun = async (rig: Rig): Promise<string> => named('invocation', (await runAt(rig.ctx, await anAction(rig), LATER)).id)

export async function aFailedRun(rig: Rig): Promise<string> {
  const { id } = await invokeNow(rig.ctx, await anAction(rig))
  await markRunning(rig.api.db, id)
  await failRun(rig.api.db, id, 'FAILED')
  return named('invocation', id)
}

/** The run of a callback that failed. */
export async function aFailedCallback(rig: Rig): Promise<string> {
  const run = await aFailedRun(rig)
  await rig.api.db.pool.query(
    `insert into callbacks (invocation_id, project_id, url, status, attempt_count, max_attempts, run_at, error_code, created_at, finished_at)
     values ($1, $2, $3, 'FAILED', 5, 5, now(), 'HTTP_500', now(), now())`,
    [internalId('invocation', run), rig.projectId, URL],
  )
  return run
}

export const PAST = { from: '2026-03-10T00:00:00Z', to: '2026-03-10T03:00:00Z' }

export const aBackfill = async (rig: Rig): Promise<string> =>
  named('backfill', (await backfill(rig.ctx, await aSchedule(rig), { from: new Date(PAST.from), to: new Date(PAST.to) })).id)

/** One of a kind is under way at a time. */
export async function endBulkOperations({ api, projectId }: Rig): Promise<void> {
  await api.db.pool.query(
    `update bulk_operations set status = 'STOPPED', finished_at = now() where project_id = $1 and status = 'RUNNING'`,
    [projectId],
  )
}

export async function aBulkOperation(rig: Rig): Promise<string> {
  await endBulkOperations(rig)
  return named('bulk', (await bulkCancel(rig.ctx, { actionId: await anAction(rig) })).id)
}

export const aToken = async (rig: Rig): Promise<string> => named('token', (await rig.token('VIEWER')).id)

export const aMember = async (rig: Rig): Promise<string> => named('user', (await rig.person('OPERATOR')).id)

export const builtIn = async ({ api, projectId }: Rig, level: RoleLevel): Promise<string> =>
  named('role', await builtInRole(api.db.pool, projectId, level))

/** A role of the project's own; when there are many, those before it go. */
export async function aRole(rig: Rig): Promise<string> {
  await rig.api.db.pool.query(
    'delete from roles where project_id = $1 and not built_in and (select count(*) from roles where project_id = $1) > 40',
    [rig.projectId],
  )
  return named('role', (await createRole(rig.ctx, { name: `role ${rig.next()}`, level: 'OPERATOR' })).id)
}

export const anInvite = async (rig: Rig): Promise<string> =>
  named('invite', (await inviteMember(rig.ctx, { email: `invited${rig.next()}@example.com`, roleId: await builtIn(rig, 'VIEWER') })).id)

/** A run that one manager has to approve. */
export async function anAwaitingRun(rig: Rig): Promise<string> {
  await rig.person('MANAGER')
  return named('invocation', (await invokeNow(rig.ctx, await anAction(rig, { approval: { preset: 'MANAGER' } }))).id)
}

export async function anApproval(rig: Rig): Promise<string> {
  const { rows } = await rig.api.db.pool.query('select id from approvals where invocation_id = $1', [
    internalId('invocation', await anAwaitingRun(rig)),
  ])
  return named('approval', rows[0].id)
}

export async function aGrant(rig: Rig): Promise<string> {
  const id = newId()
  await rig.api.db.pool.query(
    'insert into approval_grants (id, project_id, action_id, max_runs, created_by, created_at) values ($1, $2, $3, 5, $4, now())',
    [id, rig.projectId, internalId('action', await anAction(rig)), (await rig.person('MANAGER')).id],
  )
  return named('grant', id)
}

/** Another session of who asks, or one of someone else. */
export async function aSession(rig: Rig, caller?: Caller): Promise<string> {
  const userId = caller?.isPerson ? caller.id : (await rig.person('VIEWER')).id
  return named('session', (await openSession(rig.api.db.pool, { projectId: rig.projectId, userId, method: 'PASSWORD' })).id)
}

export async function aDisabledMember(rig: Rig): Promise<string> {
  const { id } = await rig.person('OPERATOR')
  await rig.api.db.pool.query('update memberships set disabled_at = now() where user_id = $1', [id])
  return named('user', id)
}

/** What was set for a role of its own. */
export async function aPermission(rig: Rig): Promise<{ roleId: string; actionId: string }> {
  const key = { roleId: await aRole(rig), actionId: await anAction(rig) }
  await setPermission(rig.ctx, { ...key, trigger: { allowed: false } })
  return key
}
