import type { Access } from '../domain/access.ts'

/** SQL: the columns of `Access`, of a role `r`, its project `p`, a token `t` and the person behind it all. */
export const accessColumns = (person: string): string =>
  `${person} as "personId", r.id as "roleId", r.name as "roleName", r.level, r.break_glass as "breakGlass", t.scopes,
   p.policy_version as "policyVersion"`

/** The rights in a row that was read with `accessColumns`. */
export const accessOf = ({ personId, roleId, roleName, level, breakGlass, scopes, policyVersion }: Access): Access => ({
  personId,
  roleId,
  roleName,
  level,
  breakGlass,
  scopes,
  policyVersion,
})
