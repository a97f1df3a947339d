import { isDeepStrictEqual } from 'node:util'
import { type ApprovalPolicy, type ApprovalPolicyInput, type KnownRole, parseApprovalPolicy } from '../domain/approval-policy.ts'
import { type Member, missingApprovers } from '../domain/approvers.ts'
import { parseCondition } from '../domain/condition.ts'
import { DocketError } from '../domain/errors.ts'
import { parseId } from '../domain/ids.ts'
import type { StoredAction } from '../store/action-row.ts'
import { readApprovers } from '../store/approvers.ts'
import type { Sql } from '../store/database.ts'
import { personBehind } from '../store/person-behind.ts'
import type { CommandContext } from './context.ts'

/**
 * The approval policy that an action gets; undefined when it stays as it is, null for none. `before`: the action as it is stored.
 * @throws DocketError INVALID_POLICY, also when the members of the project could never satisfy it; INVALID_CONDITION
 */
export async function resolveApproval(
  ctx: CommandContext,
  sql: Sql,
  input: ApprovalPolicyInput | null | undefined,
  before: Pick<StoredAction, 'id' | 'spec'> | undefined,
): Promise<ApprovalPolicy | null | undefined> {
  if (input == null) return input
  const { rows: roles } = await sql.query<KnownRole>({
    name: 'roles-of-project',
    text: 'select id, name, level, built_in as "builtIn" from roles where project_id = $1',
    values: [ctx.projectId],
  })
  const policy = parseApprovalPolicy(input, {
    roles,
    roleIdOf(text) {
      const id = parseId(text)
      return id?.noun === 'role' ? id.uuid : undefined
    },
    parseCondition: (text, field) => parseCondition(text, field)!,
  })
  // The same call may be repeated, whatever became of the members.
  if (isDeepStrictEqual(policy, before?.spec.approval)) return policy
  checkSatisfiable(policy, await readApprovers(sql, ctx.projectId, before?.id ?? null), await personBehind(sql, ctx))
  return policy
}

/** Who saves it is the last editor, and may not approve. */
function checkSatisfiable(policy: ApprovalPolicy, members: readonly Member[], saver: string | null): void {
  const missing = missingApprovers(
    policy.stages,
    members.filter(({ userId }) => userId !== saver),
  )
  if (missing === undefined) return
  const { stages, count } = missing
  const who = stages.map(({ role, required }) => `${required} with the role ${role}`).join(' and ')
  throw new DocketError(
    'INVALID_POLICY',
    `It needs ${who}, who may approve${saver === null ? '' : ' and are not you'}; ${count} ${count === 1 ? 'is' : 'are'} missing. Invite people, or change roles, first.`,
    'approval',
  )
}
