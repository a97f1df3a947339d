import type { RoleLevel } from '../domain/access.ts'
import { effectiveRules, type PermissionRules } from '../domain/permission.ts'
import type { Database } from '../store/database.ts'
import { RULE_COLUMNS, type RulesRow, rulesOfRow } from '../store/permissions.ts'
import { batched, byKey, grouped, listsBy } from './gather.ts'

/** What a role may do with an action, set or inherited. */
export interface PermissionShape {
  /** UUIDs; without an action: with every action that has no permission of its own. */
  roleId: string
  actionId: string | null
  rules: PermissionRules
  inherited: boolean
}

/** What answers about roles need, gathered as in loaders.ts. */
export const createRoleLoaders = ({ prisma, pool }: Pick<Database, 'prisma' | 'pool'>) => ({
  role: grouped(
    (key: { id: string; query: object }) => [JSON.stringify(key.query), key.id],
    async (keys) =>
      byKey(await prisma.role.findMany({ ...keys[0]!.query, where: { id: { in: keys.map(({ id }) => id) } } }), ({ id }) => id),
  ),
  /** How many members a role has who are not disabled; absent for none. */
  membersOfRole: batched(async (ids) => {
    const rows = await prisma.$queryRaw<{ id: string; count: number }[]>`
      select role_id as id, count(*)::int as count from memberships
      where role_id = any(${ids}::uuid[]) and disabled_at is null group by role_id`
    return new Map(rows.map(({ id, count }) => [id, count]))
  }),
  /** What each role of the project may do with an action, in the order of `roles`. */
  permissionsOfAction: grouped(
    (key: { id: string; projectId: string }) => [key.projectId, key.id],
    async (keys): Promise<Map<string, PermissionShape[]>> => {
      const { rows } = await pool.query<PermissionRow>(OF_ACTIONS, [keys[0]!.projectId, keys.map(({ id }) => id)])
      return new Map(
        [...listsBy(rows, ({ wanted }) => wanted!)].map(([id, ofAction]) => [
          id,
          [...listsBy(ofAction, ({ roleId }) => roleId).values()].map((ofRole) => effective(ofRole, id)),
        ]),
      )
    },
  ),
  /** What a role may do with every action that has no permission of its own, then what was set for an action, the newest action first. */
  permissionsOfRole: batched(async (ids): Promise<Map<string, PermissionShape[]>> => {
    const { rows } = await pool.query<PermissionRow>(OF_ROLES, [ids])
    return new Map(
      [...listsBy(rows, ({ roleId }) => roleId)].map(([id, ofRole]) => [
        id,
        [effective(ofRole, null), ...ofRole.filter(({ actionId }) => actionId !== null).map(({ actionId }) => effective(ofRole, actionId))],
      ]),
    )
  }),
})

type PermissionRow = RulesRow & { roleId: string; level: RoleLevel; actionId: string | null; set: boolean; wanted?: string }

/** The permission that holds there, of the rows of one role. */
function effective(rows: readonly PermissionRow[], actionId: string | null): PermissionShape {
  const { roleId, level } = rows[0]!
  const own = rows.filter(({ set }) => set)
  const others = own.find((row) => row.actionId === null)
  const ofAction = own.find((row) => row.actionId !== null && row.actionId === actionId)
  const byAction = new Map(ofAction ? [[actionId!, rulesOfRow(ofAction)]] : [])
  return { roleId, actionId, ...effectiveRules({ level, others: others ? rulesOfRow(others) : null, byAction }, actionId) }
}

const COLUMNS = `r.id as "roleId", r.level, m.action_id as "actionId", m.id is not null as set, ${RULE_COLUMNS}`

const OF_ROLES = `
select ${COLUMNS} from roles r left join permissions m on m.role_id = r.id
where r.id = any ($1::uuid[]) order by m.action_id desc`

const OF_ACTIONS = `
select a.id as wanted, ${COLUMNS}
from unnest($2::uuid[]) as a (id)
cross join roles r
left join permissions m on m.role_id = r.id and (m.action_id is null or m.action_id = a.id)
where r.project_id = $1
order by r.built_in desc, case when r.built_in then r.level end, r.name`
