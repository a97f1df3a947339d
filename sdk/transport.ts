import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type DocumentNode, print } from 'graphql'
import { DocketApiError, fromGraphql, type GraphqlFailure } from './errors.ts'

/** Sends one typed operation and gives its data; throws DocketApiError. */
export type Request = <Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options?: { signal?: AbortSignal },
) => Promise<Data>

export type TransportOptions = {
  /** Address of `/graphql`. */
  endpoint: string
  /** API token; without one the browser's session cookie is used. */
  token: string | undefined
  fetch: typeof globalThis.fetch
}

/** GraphQL over HTTP POST. Nothing is retried: whether a mutation may run twice is the caller's to say. */
export function createRequest({ endpoint, token, fetch }: TransportOptions): Request {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    // A header that no foreign page can add without permission: the server asks it of requests that carry a cookie.
    ...(token ? { authorization: `Bearer ${token}` } : { 'x-requested-by': 'docket' }),
  }
  return async (document, variables, options = {}) => {
    const body = JSON.stringify({ query: textOf(document), variables })
    const response = await fetch(endpoint, {
      method: 'POST',
      headers,
      body,
      credentials: token ? 'omit' : 'same-origin',
      ...(options.signal ? { signal: options.signal } : {}),
    }).catch((cause: unknown) => {
      options.signal?.throwIfAborted()
      throw new DocketApiError('UNREACHABLE', `No answer from ${endpoint}.`, undefined, { cause })
    })
    const answer = readAnswer(await response.text())
    if (answer?.errors?.length) throw fromGraphql(answer.errors)
    if (!answer?.data) throw new DocketApiError('BAD_RESPONSE', `${endpoint} answered ${response.status} without GraphQL data.`)
    return answer.data as never
  }
}

const texts = new WeakMap<DocumentNode, string>()

/** The text of a document, printed once. */
export function textOf(document: DocumentNode): string {
  const known = texts.get(document)
  if (known) return known
  const text = print(document)
  texts.set(document, text)
  return text
}

function readAnswer(text: string): { data?: unknown; errors?: GraphqlFailure[] } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
