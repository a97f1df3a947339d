import { maskBody, maskHeaders, maskUrl, secretsOf, secretsOfBody, secretsOfUrl } from '../domain/mask.ts'
import { addressOf } from '../domain/target.ts'
import { openHeaders } from '../store/action-headers.ts'
import type { Action, Invocation, Service } from '../store/generated/prisma/client.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { HttpMethod } from './enums.ts'

export interface RequestShape {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers: Record<string, unknown>
  body: string | null
  timeoutSeconds: number
  /** The values that are masked, for masking them where else they show. */
  secrets: readonly string[]
}

export const RequestView = builder.objectRef<RequestShape>('RequestView').implement({
  description:
    'The request as it is sent, with header values masked unless the name is on the allow-list, and values of its URL and body by name.',
  fields: (t) => ({
    method: t.expose('method', { type: HttpMethod }),
    url: t.exposeString('url'),
    headers: t.expose('headers', { type: 'JSON' }),
    body: t.exposeString('body', { nullable: true }),
    timeoutSeconds: t.exposeInt('timeoutSeconds'),
  }),
})

/**
 * The request of a run: the version its first attempt sent, before that the action's present one. A body given for
 * this run replaces the action's. Masked as it may be shown.
 */
export async function requestOf(
  invocation: Pick<Invocation, 'actionId' | 'actionVersion' | 'input'>,
  action: Action & { service: Service | null },
  { db, loaders }: Context,
): Promise<RequestShape> {
  const version = invocation.actionVersion ?? action.version
  const kept = version === action.version ? undefined : await loaders.actionVersion.load({ actionId: action.id, version })
  const pinned = kept ?? action
  const headers = openHeaders(db.vault, action.id, pinned.headers)
  const baseUrl = pinned.serviceId && (kept ? await loaders.serviceUrl.load(pinned.serviceId) : action.service?.baseUrl)
  const url = addressOf(pinned, baseUrl)
  const body = invocation.input ?? pinned.body
  const secrets = [...secretsOf(headers), ...secretsOfUrl(url), ...secretsOfBody(body)]
  return {
    method: pinned.method,
    url: maskUrl(url, secrets),
    headers: headers ? maskHeaders(headers) : {},
    body: body === null ? null : maskBody(body, secrets),
    timeoutSeconds: pinned.timeoutSeconds,
    secrets,
  }
}
