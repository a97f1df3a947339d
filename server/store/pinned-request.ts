/**
 * SQL: joins to row `i` of invocations, whose action is `a`, the version `v` of its request, null while that is the action's present one, and
 * the service `s` that it belongs to.
 */
export const PINNED = `
  left join action_versions v on i.action_version <> a.version and v.action_id = i.action_id and v.version = i.action_version
  left join services s on s.id = case when v.version is null then a.service_id else v.service_id end`

/** SQL: joins to row `i` the version `v` of its request, also while that is the action's present one. */
export const VERSION = 'left join action_versions v on v.action_id = i.action_id and v.version = i.action_version'

const pinned = (column: string) => `case when v.version is null then a.${column} else v.${column} end`

/** SQL: what is sent of row i. Its headers are as stored, see action-headers.ts. */
export const SENT = {
  version: 'coalesce(v.version, a.version)',
  method: 'coalesce(v.method, a.method)',
  url: `case when v.version is null then coalesce(s.base_url || a.path, a.url) else coalesce(v.url, s.base_url || v.path) end`,
  headers: pinned('headers'),
  body: `coalesce(i.input, ${pinned('body')})`,
  secretNames: pinned('secret_names'),
} as const

/** SQL: what changes with action `a` and the service `s` that it belongs to. */
export const ACTION_STAMP = `a.xmin::text || coalesce(' ' || s.xmin::text, '')`

/** SQL: a URL of the host that this request goes to. A version may hold an address that its service had before. */
export const TARGET = `coalesce(v.url, s.base_url || '/', a.url)`

/** SQL: it calls a service at an address that it had before. */
export const ELSEWHERE = `(s.id is not null and v.url is not null)`
