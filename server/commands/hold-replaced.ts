import { holdForApproval } from '../store/approvals.ts'
import type { AuditNote } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { personBehind } from '../store/person-behind.ts'
import { voidEdited } from '../store/void-approvals.ts'
import type { CommandContext } from './context.ts'
import type { PermittedBody } from './deduped.ts'

/**
 * After other bodies were put into runs that wait: approvals of what they were are void, and what needs one now, by its action's policy or the
 * caller's role, waits for it. The caller may not approve what he put there.
 */
export async function holdReplaced(
  sql: Sql,
  ctx: CommandContext,
  bodies: ReadonlyMap<string, PermittedBody>,
  note: (note: AuditNote) => void,
): Promise<void> {
  const ids = [...bodies.keys()]
  const alteredBy = await personBehind(sql, ctx)
  await voidEdited(sql, ctx.db, { invocationIds: ids }, alteredBy, note)
  const demanded = [...bodies].flatMap(([id, { permitted }]) => (permitted.requireApproval ? [id] : []))
  if (demanded.length === 0) return
  const { rows } = await sql.query<{ id: string }>({ name: 'replaced-without-approval', text: WITHOUT, values: [demanded] })
  await holdForApproval(
    sql,
    ctx.db,
    rows.map(({ id }) => ({ id, requireApproval: true, alteredBy })),
    note,
  )
}

const WITHOUT = `
select i.id from invocations i
where i.id = any ($1::uuid[]) and i.status = 'PENDING' and not exists (select from approvals p where p.invocation_id = i.id)`
