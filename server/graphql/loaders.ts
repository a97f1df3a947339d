import { readBackfillProgress } from '../store/backfill-progress.ts'
import type { Database } from '../store/database.ts'
import { type ActionVersion, Prisma } from '../store/generated/prisma/client.ts'
import { readWaiting } from '../store/read-waiting.ts'
import { createApprovalLoaders } from './approval-loaders.ts'
import { batched, byKey, grouped, listsBy } from './gather.ts'
import { createMemberLoaders } from './member-loaders.ts'
import { createRoleLoaders } from './role-loaders.ts'

/** What one `invocations` of an action, or of a backfill, asks for. */
export interface InvocationPageKey {
  /** UUID of the action or the backfill. */
  of: string
  /** Conditions on a row of invocations, without alias. */
  where: Prisma.Sql
  size: number
}

/** What one `attempts` of an invocation asks for. */
export interface AttemptPageKey {
  invocationId: string
  after: number
  size: number
}

/** Runs that say how long an action usually takes: enough for a percentile, few enough to be read for every action of a page. */
const DURATION_RUNS = 100

/**
 * Reads that many rows of one answer need, gathered into one statement per tick.
 * They keep nothing, so one set serves the whole process: 100 subscribers that resolve the same event in the same tick
 * share its reads, and nobody gets a stale row. Whoever asks has been allowed to see the row the key comes from.
 */
export function createLoaders(db: Pick<Database, 'prisma' | 'pool' | 'vault' | 'skew'>) {
  const { prisma, pool } = db
  return {
    ...createRoleLoaders({ prisma, pool }),
    ...createMemberLoaders({ prisma }),
    ...createApprovalLoaders(db),
    action: rowsById((args) => prisma.action.findMany(args)),
    invocation: rowsById((args) => prisma.invocation.findMany(args)),
    backfill: rowsById((args) => prisma.backfill.findMany(args)),
    /** Id of an action's newest run, in the order of lists. */
    lastInvocationId: batched(async (actionIds) => {
      const rows = await prisma.$queryRaw<{ actionId: string; id: string }[]>`
        select a.id as "actionId", i.id from unnest(${actionIds}::uuid[]) as a(id)
        cross join lateral (select id from invocations where action_id = a.id order by sort_at desc, id desc limit 1) i`
      return new Map(rows.map(({ actionId, id }) => [actionId, id]))
    }),
    /** Ids of one page (and one more) of the runs of an action, or of a backfill. */
    invocationIds: runIds(prisma, Prisma.sql`action_id`),
    backfillRunIds: runIds(prisma, Prisma.sql`backfill_id`),
    /** What an invocation waits for; absent for one that is running or final. */
    waiting: batched((ids) => readWaiting(pool, ids)),
    backfillProgress: batched((ids) => readBackfillProgress(pool, ids)),
    /** Ids of one page (and one more) of an action's backfills, newest first. */
    backfillIds: grouped(
      (key: { actionId: string; after: string | undefined; size: number }) => [`${key.after} ${key.size}`, key.actionId],
      async (keys) => {
        const { after = null, size } = keys[0]!
        const rows = await prisma.$queryRaw<{ actionId: string; id: string }[]>`
          select a.id as "actionId", b.id from unnest(${keys.map(({ actionId }) => actionId)}::uuid[]) as a(id)
          cross join lateral (
            select id from backfills where action_id = a.id and (${after}::uuid is null or id < ${after}::uuid)
            order by id desc limit ${size + 1}::int) b
          order by b.id desc`
        return listsBy(rows, ({ actionId }) => actionId)
      },
    ),
    /** One page (and one more) of an invocation's attempts. */
    attempts: attemptPages(prisma, Prisma.sql`attempts`, (args) => prisma.attempt.findMany(args)),
    /** One page (and one more) of the attempts of an invocation's callback. */
    callbackAttempts: attemptPages(prisma, Prisma.sql`callback_attempts`, (args) => prisma.callbackAttempt.findMany(args)),
    /** What the newest attempt of an invocation got back. */
    lastResponseBody: batched(async (invocationIds) => {
      const rows = await prisma.$queryRaw<{ invocationId: string; body: string | null }[]>`
        select distinct on (invocation_id) invocation_id as "invocationId", response_body as body
        from attempts where invocation_id = any(${invocationIds}::uuid[]) order by invocation_id, number desc`
      return new Map(rows.map(({ invocationId, body }) => [invocationId, body]))
    }),
    /** A request as it was before an edit. */
    actionVersion: grouped(
      (key: { actionId: string; version: number }) => ['', `${key.actionId} ${key.version}`],
      async (keys): Promise<Map<string, ActionVersion>> => {
        const rows = await prisma.actionVersion.findMany({ where: { OR: [...keys] } })
        return byKey(rows, ({ actionId, version }) => `${actionId} ${version}`)
      },
    ),
    /** How many actions use a calendar; absent for none. */
    actionsOfCalendar: actionCounts(prisma, Prisma.sql`calendar_id`),
    /** How many actions call a service; absent for none. */
    actionsOfService: actionCounts(prisma, Prisma.sql`service_id`),
    /** How many runs under way count against a limit, by the UUID of the limit. */
    runningOfLimit: batched(async (ids) => {
      const rows = await prisma.$queryRaw<{ id: string; count: number }[]>`
        select l.id, (
          select count(*)::int from limited_runs r where r.service_id = l.service_id) + (
          select count(*)::int from limited_runs r where r.project_id = l.project_id and r.key = l.key) as count
        from limits l where l.id = any(${ids}::uuid[])`
      return new Map(rows.map(({ id, count }) => [id, count]))
    }),
    /** How long the newest sent runs of an action took: the 95th percentile, ms; absent when none was sent. */
    usualDurationMs: batched(async (actionIds) => {
      const rows = await prisma.$queryRaw<{ actionId: string; ms: number | null }[]>`
        select a.id as "actionId", (
          select percentile_cont(0.95) within group (order by date_part('epoch', r.finished_at - r.started_at)) * 1000
          from (
            select started_at, finished_at from invocations where action_id = a.id order by sort_at desc, id desc limit ${DURATION_RUNS}::int
          ) r
          where r.started_at is not null and r.finished_at is not null
        ) as ms
        from unnest(${actionIds}::uuid[]) as a(id)`
      return new Map(rows.flatMap(({ actionId, ms }) => (ms === null ? [] : [[actionId, ms] as const])))
    }),
    /** Base address of a service, also for a request that was edited since. */
    serviceUrl: batched(async (ids) => {
      const rows = await prisma.service.findMany({ where: { id: { in: [...ids] } }, select: { id: true, baseUrl: true } })
      return new Map(rows.map(({ id, baseUrl }) => [id, baseUrl]))
    }),
    tokenName: batched(async (ids) => {
      const rows = await prisma.apiToken.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } })
      return new Map(rows.map(({ id, name }) => [id, name]))
    }),
  }
}

/** Rows as they are now, with what `query` includes. */
const rowsById = <V extends { id: string }>(find: (args: { where: { id: { in: string[] } } }) => Promise<V[]>) =>
  grouped(
    (key: { id: string; query: object }) => [JSON.stringify(key.query), key.id],
    async (keys) => byKey(await find({ ...keys[0]!.query, where: { id: { in: keys.map(({ id }) => id) } } }), ({ id }) => id),
  )

/** Ids of runs by the row that `column` refers to, newest first. */
const runIds = (prisma: Database['prisma'], column: Prisma.Sql) =>
  grouped(
    ({ of, where, size }: InvocationPageKey) => [JSON.stringify([where.sql, where.values, size]), of],
    async (keys) => {
      const { where, size } = keys[0]!
      const rows = await prisma.$queryRaw<{ of: string; id: string }[]>`
        select o.id as of, i.id from unnest(${keys.map(({ of }) => of)}::uuid[]) as o(id)
        cross join lateral (
          select id, sort_at from invocations where ${column} = o.id and ${where} order by sort_at desc, id desc limit ${size + 1}::int) i
        order by i.sort_at desc, i.id desc`
      return listsBy(rows, ({ of }) => of)
    },
  )

/** How many actions refer to a row by `column`. */
const actionCounts = (prisma: Database['prisma'], column: Prisma.Sql) =>
  batched(async (ids) => {
    const rows = await prisma.$queryRaw<{ id: string; count: number }[]>`
      select ${column} as id, count(*)::int as count from actions
      where ${column} = any(${ids}::uuid[]) and deleted_at is null group by ${column}`
    return new Map(rows.map(({ id, count }) => [id, count]))
  })

/** Pages of the attempts that `table` keeps, by the UUID of their invocation. */
const attemptPages = <V extends { invocationId: string }>(
  prisma: Database['prisma'],
  table: Prisma.Sql,
  find: (args: { where: { id: { in: string[] } }; orderBy: { number: 'asc' } }) => Promise<V[]>,
) =>
  grouped(
    (key: AttemptPageKey) => [`${key.after} ${key.size}`, key.invocationId],
    async (keys) => {
      const { after, size } = keys[0]!
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        select t.id from unnest(${keys.map(({ invocationId }) => invocationId)}::uuid[]) as i(id)
        cross join lateral (
          select id from ${table} where invocation_id = i.id and number > ${after}::int order by number limit ${size + 1}::int) t`
      const attempts = await find({ where: { id: { in: rows.map(({ id }) => id) } }, orderBy: { number: 'asc' } })
      return listsBy(attempts, ({ invocationId }) => invocationId)
    },
  )

export type Loaders = ReturnType<typeof createLoaders>
