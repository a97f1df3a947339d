import type { RequestInput } from './action-input.ts'
import { parseBody } from './body.ts'
import { DocketError } from './errors.ts'
import { parseHeaders } from './headers.ts'
import { HTTP_METHODS, type HttpMethod } from './http-method.ts'
import { MASK } from './mask.ts'
import type { Target } from './target.ts'
import { parseWhole } from './text.ts'

const DEFAULT_TIMEOUT_SECONDS = 30

/** The part of an action that is sent; an edit of it makes a new version. */
export interface RequestSpec {
  target: Target
  method: HttpMethod
  /** Lower-case names; null for none. */
  headers: Record<string, string> | null
  /** The text that is sent; null for none. */
  body: string | null
  /** One deadline for the whole attempt. */
  timeoutSeconds: number
}

/**
 * The request of an action: `input` checked, absent fields taken from `before`, null fields from the defaults.
 * @throws DocketError the codes of parseHeaders; BAD_USER_INPUT on `method`, `body` or `timeoutSeconds`
 */
export function parseRequest(input: RequestInput, target: Target, headerPrefix?: string, before?: RequestSpec): RequestSpec {
  const method = input.method === undefined && before ? before.method : (input.method ?? 'POST')
  if (!HTTP_METHODS.includes(method)) throw new DocketError('BAD_USER_INPUT', `method is one of ${HTTP_METHODS.join(', ')}.`, 'method')
  const headers =
    input.headers === undefined && before ? before.headers : parseHeaders(withHidden(input.headers, before?.headers ?? null), headerPrefix)
  const body = input.body === undefined && before ? before.body : parseBody(input.body)
  if (method === 'GET' && body !== null) {
    throw new DocketError('BAD_USER_INPUT', 'A GET request has no body; leave it out or use another method.', 'body')
  }
  const timeoutSeconds =
    input.timeoutSeconds === undefined && before
      ? before.timeoutSeconds
      : parseWhole(input.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, 'timeoutSeconds', 1, 300)
  return { target, method, headers, body, timeoutSeconds }
}

/** A form sends back what it was shown: `••••` stands for the value that the action has. */
function withHidden(headers: unknown, before: Record<string, string> | null): unknown {
  if (before === null || typeof headers !== 'object' || headers === null || Array.isArray(headers)) return headers
  const known = new Map(Object.entries(before))
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === MASK ? (known.get(name.toLowerCase()) ?? value) : value]),
  )
}

/** Whether both would send the same. */
export const sameRequest = (a: RequestSpec, b: RequestSpec): boolean =>
  a.target.serviceId === b.target.serviceId &&
  a.target.path === b.target.path &&
  a.target.url === b.target.url &&
  a.method === b.method &&
  a.body === b.body &&
  a.timeoutSeconds === b.timeoutSeconds &&
  JSON.stringify(a.headers) === JSON.stringify(b.headers)
