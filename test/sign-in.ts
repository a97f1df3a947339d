import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ApiServer, GraphqlAnswer } from './api-server.ts'

/** What came of a try to sign in. */
export interface SignInAnswer {
  status: number
  code: string | undefined
  message: string | undefined
  /** `docket=…`, with which requests go out from then on. */
  cookie: string | undefined
}

/** A POST to `/auth/…`, from an address of its own if there is one (`127.0.0.2`). */
export async function postAuth(api: ApiServer, path: string, body: object, from?: string): Promise<SignInAnswer> {
  const headers = { 'content-type': 'application/json', 'user-agent': 'a browser of the tests' }
  const sent = request(`${api.url}/auth/${path}`, { method: 'POST', headers, agent: false, ...(from && { localAddress: from }) })
  sent.end(JSON.stringify(body))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const { errors } = JSON.parse(await text(response)) as { errors?: { message: string; extensions: { code: string } }[] }
  return {
    status: response.statusCode!,
    code: errors?.[0]?.extensions.code,
    message: errors?.[0]?.message,
    cookie: response.headers['set-cookie']?.[0]?.split(';', 1)[0],
  }
}

/** A browser that is signed in. */
export interface SignedInBrowser {
  cookie: string
  ask(query: string, variables?: object): Promise<GraphqlAnswer>
}

/** Signs in; a refusal fails the test. */
export async function signIn(api: ApiServer, body: object, path = 'sign-in'): Promise<SignedInBrowser> {
  const { status, cookie, message } = await postAuth(api, path, body)
  assert.equal(status, 200, message)
  return browserOf(api, cookie!)
}

export const browserOf = (api: ApiServer, cookie: string): SignedInBrowser => ({
  cookie,
  ask: (query, variables) => api.graphql(query, variables, { cookie, 'x-requested-by': 'test' }),
})
