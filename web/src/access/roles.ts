import type { RoleNamesQuery } from '../../../sdk/generated/operations.ts'
import { RoleNamesDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient } from '../live/live.tsx'
import { createLoaded } from '../live/loaded.ts'
import { optionsOf } from '../ui/options.ts'

export type RoleName = RoleNamesQuery['roles'][number]

/** The roles of the project, to choose one of. */
export function createRoleChoice() {
  const client = useClient()
  const roles = createLoaded<{ all: RoleName[] }, undefined>(
    () => undefined,
    () => ask(client, RoleNamesDocument, {}, (data) => ({ all: data.roles })),
  )
  const all = () => roles.data()?.all ?? []
  return {
    ...roles,
    all,
    byId: (id: string) => all().find((role) => role.id === id),
    /** For a `Select`; the one that is held is among them from the beginning. */
    options: (held?: RoleName) => optionsOf(all(), held),
  }
}

export type RoleChoice = ReturnType<typeof createRoleChoice>
