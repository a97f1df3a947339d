import type { Capability, RoleLevel } from '../../../sdk/generated/operations.ts'

/** The four levels, the least first. */
const LEVELS: readonly RoleLevel[] = ['VIEWER', 'OPERATOR', 'MANAGER', 'ADMIN']

export const LEVEL_WORDS: Readonly<Record<RoleLevel, { name: string; words: string }>> = {
  VIEWER: { name: 'Viewer', words: 'Looks at everything, changes nothing.' },
  OPERATOR: { name: 'Operator', words: 'Also runs, retries, cancels and pauses.' },
  MANAGER: { name: 'Manager', words: 'Also changes actions, services, limits and secrets, and approves.' },
  ADMIN: { name: 'Admin', words: 'Also decides about members, roles, tokens and the project.' },
}

export const CAPABILITY_WORDS: Readonly<Record<Capability, { name: string; words: string }>> = {
  READ: { name: 'Read', words: 'look at everything' },
  OPERATE: { name: 'Operate', words: 'run, send, retry, cancel, pause' },
  MANAGE: { name: 'Manage', words: 'change actions, services, limits, secrets' },
  ADMINISTER: { name: 'Administer', words: 'members, roles, tokens, the project, the audit' },
}

export const CAPABILITIES: readonly Capability[] = ['READ', 'OPERATE', 'MANAGE', 'ADMINISTER']

/** What a role of this level can do at most, so that a token of it is not offered more. */
export const reachOf = (level: RoleLevel): readonly Capability[] => CAPABILITIES.slice(0, LEVELS.indexOf(level) + 1)
