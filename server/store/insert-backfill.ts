import type { Actor } from '../domain/actor.ts'
import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'

export interface NewBackfill {
  projectId: string
  actor: Actor
  actionId: string
  /** Epoch ms, both inclusive. */
  from: number
  to: number
  /** The first nominal time, epoch ms, and how many there are. */
  nextAt: number
  total: number
}

/**
 * Stores a backfill of a locked action and its event; the scheduler makes the runs. Gives its UUID, or that of the one
 * which is under way already.
 */
export async function insertBackfill(sql: Sql, backfill: NewBackfill): Promise<{ id: string } | { underWay: string }> {
  const { projectId, actor, actionId, from, to, nextAt, total } = backfill
  const { rows } = await sql.query<{ id: string }>(
    "select id from backfills where project_id = $1 and action_id = $2 and status = 'RUNNING'",
    [projectId, actionId],
  )
  if (rows[0]) return { underWay: rows[0].id }
  const id = newId()
  await sql.query({
    name: 'insert-backfill',
    text: INSERT,
    values: [id, projectId, actionId, from, to, nextAt, total, actor.kind, actor.id],
  })
  return { id }
}

const INSERT = `
with added as (
  insert into backfills (id, project_id, action_id, from_at, to_at, status, next_at, total, actor_kind, actor_id, created_at)
  values ($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000), 'RUNNING', to_timestamp($6::float8 / 1000), $7, $8, $9,
    date_trunc('milliseconds', clock_timestamp()))
  returning project_id, action_id, created_at
)
insert into events (project_id, type, at, action_id)
select project_id, 'backfill.created', created_at, action_id from added`
