import type { ApproverRolesQuery } from '../../../sdk/generated/operations.ts'
import { ApproverRolesDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient } from '../live/live.tsx'
import { createWhole } from '../live/whole.ts'
import { approverWords } from './words.ts'

/** Levels that can be asked for an approval; who only looks is never asked. */
const LEVELS = ['OPERATOR', 'MANAGER', 'ADMIN'] as const

/** Who can be asked to decide: the levels, and the roles of the project's own by name. */
export function createApproverRoles() {
  const client = useClient()
  const roles = createWhole<ApproverRolesQuery['roles'][number]>(() => ask(client, ApproverRolesDocument, {}, (data) => data.roles))
  return {
    failure: roles.failure,
    reload: () => void roles.reload(),
    /** For a `Select`; the one that is held is among them from the beginning. */
    options: (held: string): (readonly [string, string])[] => {
      const own = roles.rows.filter(({ builtIn }) => !builtIn).map(({ name }) => name)
      const all = [...LEVELS, ...own]
      return (held && !all.includes(held) ? [...all, held] : all).map((role) => [role, approverWords(role)] as const)
    },
  }
}

export type ApproverRoles = ReturnType<typeof createApproverRoles>
