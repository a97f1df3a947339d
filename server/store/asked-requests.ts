import type { HttpMethod } from '../domain/http-method.ts'
import type { Sql } from './database.ts'

export interface AskedRequest {
  method: HttpMethod
  url: string
  /** As stored. */
  headers: string | null
  body: string | null
}

/** What the requests of approvals (UUIDs) were when they were asked for, and what they are now; only those of which something was edited. */
export async function readAskedRequests(
  sql: Sql,
  ids: readonly string[],
): Promise<{ id: string; actionId: string; before: AskedRequest; after: AskedRequest }[]> {
  const { rows } = await sql.query<{ id: string; actionId: string; before: AskedRequest; after: AskedRequest }>({
    name: 'asked-requests',
    text: READ,
    values: [ids],
  })
  return rows
}

// A version that was superseded is kept; the present one is the action's own.
const requestAt = (version: string, input: string) => `
  select json_build_object('method', x.method, 'url', coalesce(x.url, s.base_url || x.path), 'headers', x.headers, 'body', coalesce(${input}, x.body)) as request
  from (
    select service_id, path, url, method, headers, body from actions where id = p.action_id and version = ${version}
    union all
    select service_id, path, url, method, headers, body from action_versions where action_id = p.action_id and version = ${version}
  ) x left join services s on s.id = x.service_id`

const READ = `
select p.id, p.action_id as "actionId", b.request as before, n.request as after
from approvals p join invocations i on i.id = p.invocation_id
cross join lateral (${requestAt('p.asked_version', 'p.asked_input')}) b
cross join lateral (${requestAt('p.action_version', 'i.input')}) n
where p.id = any ($1::uuid[]) and (p.asked_version <> p.action_version or p.asked_input is distinct from i.input)`
