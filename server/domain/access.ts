import { DocketError } from './errors.ts'

/** What the four built-in roles are, and what each custom role is based on: each may what those before it may. */
export const ROLE_LEVELS = ['VIEWER', 'OPERATOR', 'MANAGER', 'ADMIN'] as const
export type RoleLevel = (typeof ROLE_LEVELS)[number]

/**
 * What someone may do in general. READ: look. OPERATE: run, send, cancel, retry, pause. MANAGE: actions, services, limits, secrets, calendars.
 * ADMINISTER: members, roles, tokens, the project, the audit. Who may run and approve which action is said by permissions besides.
 */
export const CAPABILITIES = ['READ', 'OPERATE', 'MANAGE', 'ADMINISTER'] as const
export type Capability = (typeof CAPABILITIES)[number]

/** Under which rights something is done. */
export interface Access {
  /** UUID of the person: who is signed in, or for whom a token acts. Null for a token of its own and for the system. */
  personId: string | null
  /** UUID; null for the system only. */
  roleId: string | null
  roleName: string
  level: RoleLevel
  /** Its role may run without the approval that is wanted, with a reason. */
  breakGlass: boolean
  /** Which of its role's rights a token has; null = all. */
  scopes: readonly Capability[] | null
  /** Of the project, when these rights were read. */
  policyVersion: number
}

const NEEDS: Readonly<Record<Capability, RoleLevel>> = { READ: 'VIEWER', OPERATE: 'OPERATOR', MANAGE: 'MANAGER', ADMINISTER: 'ADMIN' }

/** Whether `level` is `needed` or more. */
export const reaches = (level: RoleLevel, needed: RoleLevel): boolean => ROLE_LEVELS.indexOf(level) >= ROLE_LEVELS.indexOf(needed)

/** Whether the role has that right in general, and the token's scopes leave it. */
export const mayDo = ({ level, scopes }: Pick<Access, 'level' | 'scopes'>, capability: Capability): boolean =>
  reaches(level, NEEDS[capability]) && (scopes === null || scopes.includes(capability))

/** @throws DocketError FORBIDDEN, which names the role that would be enough */
export function requireCapability(access: Access, capability: Capability): void {
  if (mayDo(access, capability)) return
  const needed = NEEDS[capability]
  throw new DocketError(
    'FORBIDDEN',
    reaches(access.level, needed)
      ? `This API token does not have the scope ${capability}; make one that has it.`
      : `The role ${access.roleName} may not do this; it takes the role ${needed} or a role based on it.`,
  )
}
