import type { RoleViewFragment } from '../../../sdk/generated/operations.ts'

type Own = RoleViewFragment['permissions'][number]

/** What the role may do with every action that has no permission of its own. */
export const defaultRules = (role: RoleViewFragment): Own | undefined => role.permissions.find(({ action }) => action === null)

/** Every action that says something else for a role, by the names of the actions. */
export function ownRules(roles: readonly RoleViewFragment[]) {
  return roles
    .flatMap((role) =>
      role.permissions.flatMap((rules) => (rules.action && !rules.inherited ? [{ role, action: rules.action, rules }] : [])),
    )
    .sort((a, b) => a.action.name.localeCompare(b.action.name) || a.role.name.localeCompare(b.role.name))
}
