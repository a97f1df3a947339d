import type { HttpMethod } from './http-method.ts'
import { maskBody, maskHeaders, maskUrl, secretsOf, secretsOfBody, secretsOfUrl } from './mask.ts'

/** A request with its values in the open. */
export interface OpenRequest {
  method: HttpMethod
  url: string
  headers: Readonly<Record<string, string>> | null
  body: string | null
}

/** How a request changed, masked as it may be shown: where a masked value changed, it says that it did. */
export interface RequestDifference {
  methodBefore: HttpMethod
  methodAfter: HttpMethod
  urlBefore: string
  urlAfter: string
  /** Those that differ, by name. */
  headers: readonly { name: string; before: string | null; after: string | null }[]
  bodyBefore: string | null
  bodyAfter: string | null
}

/** Null where both would send the same. */
export function differenceOf(before: OpenRequest, after: OpenRequest): RequestDifference | null {
  const names = [...new Set([...Object.keys(before.headers ?? {}), ...Object.keys(after.headers ?? {})])].sort()
  const changed = names.filter((name) => before.headers?.[name] !== after.headers?.[name])
  if (before.method === after.method && before.url === after.url && before.body === after.body && changed.length === 0) return null
  const was = masked(before)
  const is = masked(after)
  return {
    methodBefore: before.method,
    methodAfter: after.method,
    urlBefore: was.url,
    urlAfter: is.url,
    headers: changed.map((name) => ({ name, before: was.headers[name] ?? null, after: is.headers[name] ?? null })),
    bodyBefore: was.body,
    bodyAfter: is.body,
  }
}

function masked({ url, headers, body }: OpenRequest): { url: string; headers: Record<string, string>; body: string | null } {
  const secrets = [...secretsOf(headers), ...secretsOfUrl(url), ...secretsOfBody(body)]
  return {
    url: maskUrl(url, secrets),
    headers: headers ? (maskHeaders(headers) as Record<string, string>) : {},
    body: body === null ? null : maskBody(body, secrets),
  }
}
