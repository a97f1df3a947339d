import { type Access, CAPABILITIES, type Capability, mayDo, reaches, requireCapability } from '../domain/access.ts'
import { NAME_CHARACTERS } from '../domain/action.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { parseText } from '../domain/text.ts'
import { insertToken } from '../store/api-tokens.ts'
import { audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { findRole } from '../store/find-role.ts'
import { findMember, lockMembers } from '../store/memberships.ts'
import { personBehind } from '../store/person-behind.ts'
import type { CommandContext } from './context.ts'

/** `expiresAt`: RFC 3339 or a Date, in the future; absent = never. */
export interface CreateApiTokenInput {
  name: string
  expiresAt?: string | Date | null
  /** Default: the caller's own role; without one, ADMIN. */
  roleId?: string | null
  /** Which of its role's rights it has. Absent = all that the caller has. */
  scopes?: readonly Capability[] | null
  /** The member for whom it acts. Default: nobody for an administrator, else who makes it. */
  onBehalfOf?: string | null
  /** Of a program that decides by itself: what it does is recorded as an agent's. Default false. */
  agent?: boolean | null
}

/**
 * Makes an API token of the caller's project. Nobody gets more by it than he has: its role is not above the caller's, its scopes are among the
 * caller's, and who is no administrator makes tokens for himself only, of his own role. Gives its UUID and, this once, its text.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `name`, `expiresAt` or `scopes`; NOT_FOUND on `roleId`, `onBehalfOf`
 */
export async function createApiToken(
  ctx: CommandContext,
  input: CreateApiTokenInput,
  now = Date.now(),
): Promise<{ id: string; token: string }> {
  const { projectId, access } = ctx
  const name = parseText(input.name, 'name', NAME_CHARACTERS)
  const expiresAt = input.expiresAt == null ? null : new Date(input.expiresAt)
  if (expiresAt && !(expiresAt.getTime() > now)) throw new DocketError('BAD_USER_INPUT', 'expiresAt must lie in the future.', 'expiresAt')
  const scopes = scopesOf(input.scopes, access)
  const self = ownOnly(ctx)
  const agent = input.agent ?? false
  return audited(ctx, async (sql, note) => {
    // Whoever loses rights meanwhile is seen here, or sees this token.
    await lockMembers(sql, projectId)
    const onBehalfOf = await personOf(sql, projectId, input.onBehalfOf, self)
    const role = await roleOf(sql, projectId, input.roleId, access, self !== undefined)
    if (onBehalfOf && role && !reaches(onBehalfOf.level, role.spec.level)) {
      throw new DocketError(
        'FORBIDDEN',
        `${onBehalfOf.name} has the role ${onBehalfOf.roleName}; a token that acts for someone may not have more.`,
        'roleId',
      )
    }
    const createdBy = await personBehind(sql, ctx)
    const made = await insertToken(sql, {
      projectId,
      name,
      expiresAt,
      ...(role && { roleId: role.id }),
      scopes,
      onBehalfOf: onBehalfOf?.userId ?? null,
      createdBy,
      agent,
    })
    const after = { name, role: role?.spec.name ?? 'Admin', scopes, onBehalfOf: onBehalfOf?.name ?? null, agent, expiresAt }
    note({ verb: 'token.created', object: { type: 'token', id: publicId('token', made.id) }, after })
    return made
  })
}

/** The UUID of the caller when he may make tokens for himself only; undefined for an administrator and for the system. */
function ownOnly({ access, actor }: CommandContext): string | undefined {
  if (!access || mayDo(access, 'ADMINISTER')) return undefined
  // A token that is not an administrator's would make itself a longer life.
  if (actor.kind !== 'USER' || actor.id === null) requireCapability(access, 'ADMINISTER')
  return actor.id ?? undefined
}

function scopesOf(given: readonly Capability[] | null | undefined, access: Access | undefined): Capability[] | null {
  const most = access?.scopes ?? null
  if (given == null) return most && [...most]
  if (given.length === 0) throw new DocketError('BAD_USER_INPUT', 'scopes must name at least one right, or be absent for all.', 'scopes')
  const beyond = given.find((scope) => most !== null && !most.includes(scope))
  if (beyond) throw new DocketError('FORBIDDEN', `Your own token does not have the scope ${beyond}.`, 'scopes')
  return CAPABILITIES.filter((scope) => given.includes(scope))
}

async function personOf(sql: Sql, projectId: string, given: string | null | undefined, self: string | undefined) {
  const userId = given == null ? self : internalId('user', given, 'onBehalfOf')
  if (userId === undefined) return undefined
  if (self !== undefined && userId !== self) {
    throw new DocketError('FORBIDDEN', 'Only an administrator may make a token that acts for someone else.', 'onBehalfOf')
  }
  const member = await findMember(sql, projectId, userId)
  if (!member || member.disabledAt) throw notFound('Member', 'onBehalfOf')
  return member
}

async function roleOf(sql: Sql, projectId: string, given: string | null | undefined, access: Access | undefined, own: boolean) {
  const id = given == null ? access?.roleId : internalId('role', given, 'roleId')
  if (id == null) return undefined
  const role = await findRole(sql, projectId, id)
  if (!role) throw notFound('Role', 'roleId')
  // Another role of the same level, or a lower one, may have permissions that one's own lacks.
  if (own && id !== access?.roleId) throw new DocketError('FORBIDDEN', 'Your tokens have your own role; narrow them by scopes.', 'roleId')
  if (access && !reaches(access.level, role.spec.level))
    throw new DocketError('FORBIDDEN', `The role ${role.spec.name} is above your own.`, 'roleId')
  return role
}
