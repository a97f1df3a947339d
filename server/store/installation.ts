import type { Sql } from './database.ts'

/** What this installation noted about itself under a name; undefined when nothing. */
export async function readNoted(sql: Sql, name: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ value: string }>('select value from installation where name = $1', [name])
  return rows[0]?.value
}

export async function writeNoted(sql: Sql, name: string, value: string): Promise<void> {
  await sql.query('insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = $2', [name, value])
}
