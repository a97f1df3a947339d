import type { CommandContext } from '../server/commands/context.ts'
import { CAPABILITIES, type Capability, type RoleLevel } from '../server/domain/access.ts'
import { newId } from '../server/new-id.ts'
import type { Database } from '../server/store/database.ts'
import { builtInRole } from '../server/store/find-role.ts'
import { insertMember } from '../server/store/memberships.ts'
import { secretHash } from '../server/store/secret-hash.ts'
import { openSession } from '../server/store/sessions.ts'
import { insertUser } from '../server/store/users.ts'
import type { ApiServer, GraphqlAnswer } from './api-server.ts'
import { LOOPBACK } from './loopback.ts'
import { otherProject } from './workspace.ts'

/** One project on an API server, as the system itself and as its people and tokens. */
export interface Rig {
  api: ApiServer
  projectId: string
  /** What the system itself does: without asking for rights. */
  ctx: CommandContext
  /** Another number with each call. */
  next(): number
  /** A new member with a session of its own. */
  person(level: RoleLevel): Promise<Caller>
  token(level: RoleLevel, scopes?: readonly Capability[] | null): Promise<Caller>
}

/** Who asks: a person in a browser, or a token. */
export interface Caller {
  name: string
  /** UUID of the user or the token. */
  id: string
  isPerson: boolean
  level: RoleLevel
  scopes: readonly Capability[] | null
  /** What its requests carry. */
  headers: Record<string, string>
  /** Of a person: UUID of the session. */
  sessionId?: string
  ask(query: string, variables?: object): Promise<GraphqlAnswer>
}

let made = 0

/** The project that the API server came with, or another one on it. */
export async function rigOf(api: ApiServer, projectId = api.projectId): Promise<Rig> {
  const { db } = api
  const caller = (headers: Record<string, string>, who: Omit<Caller, 'headers' | 'ask'>): Caller => ({
    ...who,
    headers,
    ask: (query, variables) => api.graphql(query, variables, headers),
  })
  return {
    api,
    projectId,
    ctx: { db, projectId, actor: { kind: 'TOKEN', id: null, name: 'test' }, egress: LOOPBACK },
    next: () => ++made,
    async person(level) {
      const name = `person ${++made}, ${level}`
      const { id } = await insertUser(db.pool, { name, email: `person${made}@example.com` })
      await insertMember(db.pool, projectId, id, await builtInRole(db.pool, projectId, level))
      const session = await openSession(db.pool, { projectId, userId: id, method: 'PASSWORD' })
      const headers = { cookie: `docket=${session.secret}`, 'x-requested-by': 'test' }
      return caller(headers, { name, id, isPerson: true, level, scopes: null, sessionId: session.id })
    },
    async token(level, scopes = null) {
      const id = newId()
      const token = `dkt_test${++made}${id}`
      const name = `token ${made}, ${level}${scopes ? ` with ${scopes.join('+') || 'no scope'}` : ''}`
      await db.pool.query(
        `insert into api_tokens (id, project_id, name, hash, role_id, scopes, created_at) values ($1, $2, $3, $4, $5, $6, clock_timestamp())`,
        [id, projectId, name, secretHash(token), await builtInRole(db.pool, projectId, level), scopes],
      )
      return caller({ authorization: `Bearer ${token}` }, { name, id, isPerson: false, level, scopes })
    },
  }
}

/** A second project on the server, as it comes into being. */
export const otherRig = async ({ api, ctx }: Rig): Promise<Rig> => rigOf(api, (await otherProject({ db: api.db, ctx })).projectId)

/** All there is but the audit and what says that someone was here: a digest for each table. Of one project: of the rows that are in it or name it. */
export async function stateOf({ api: { db } }: Rig, projectId?: string): Promise<Record<string, string>> {
  const tables = (await tablesOf(db)).filter(({ name }) => !UNWATCHED.has(name))
  const parts = tables.map(({ name, columns }) => {
    const where = columns.includes('project_id') ? 'project_id = $1' : 't::text ~ $2'
    return `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(row, e'\\n' order by row)), '') as digest
      from (select (to_jsonb(t) - array['last_used_at', 'last_seen_at'])::text as row from ${name} t where $1::uuid is null or ${where}) r`
  })
  const names = projectId === undefined ? '' : (await uuidsIn(db, projectId)).join('|')
  const { rows } = await db.pool.query<{ name: string; digest: string }>(parts.join(' union all '), [projectId ?? null, names])
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]))
}

const UNWATCHED = new Set(['audit_entries', 'audit_anchors', '_prisma_migrations'])

/** UUIDs of a project, of its members and of every row that is in it. */
export async function uuidsIn(db: Database, projectId: string): Promise<string[]> {
  const parts = (await tablesOf(db)).flatMap(({ name, columns }) => {
    const id = ['id', 'user_id'].find((column) => columns.includes(column))
    return UNWATCHED.has(name) || !id || !columns.includes('project_id') ? [] : [`select ${id} as id from ${name} where project_id = $1`]
  })
  const { rows } = await db.pool.query<{ id: string }>(parts.join(' union '), [projectId])
  return [projectId, ...rows.map(({ id }) => id)]
}

const known = new WeakMap<Database, Promise<{ name: string; columns: string[] }[]>>()

function tablesOf(db: Database): Promise<{ name: string; columns: string[] }[]> {
  const tables = known.get(db) ?? readTables(db)
  known.set(db, tables)
  return tables
}

async function readTables({ pool }: Database): Promise<{ name: string; columns: string[] }[]> {
  const { rows } = await pool.query(
    `select quote_ident(t.table_name) as name, array_agg(c.column_name::text) as columns
     from information_schema.tables t join information_schema.columns c using (table_schema, table_name)
     where t.table_schema = 'public' and t.table_type = 'BASE TABLE' group by 1`,
  )
  return rows
}

/** The four roles as people; the four as tokens with all rights of their role, with each scope alone, and with none. */
export async function everyCaller(rig: Rig): Promise<Caller[]> {
  const callers: Caller[] = []
  for (const level of ['VIEWER', 'OPERATOR', 'MANAGER', 'ADMIN'] as const) {
    callers.push(await rig.person(level))
    for (const scopes of [null, [], ...CAPABILITIES.map((one) => [one])]) callers.push(await rig.token(level, scopes))
  }
  return callers
}

/** How many entries of who asks there are in the audit, by the code of the refusal, or DONE. */
export async function auditedOf({ api }: Rig, { id }: Caller): Promise<Record<string, number>> {
  const { rows } = await api.db.pool.query<{ result: string; count: number }>(
    `select coalesce(code, result::text) as result, count(*)::int as count from audit_entries where actor_id = $1 group by 1`,
    [id],
  )
  return Object.fromEntries(rows.map(({ result, count }) => [result, count]))
}
