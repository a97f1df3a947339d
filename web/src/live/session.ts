import { span } from '../format.ts'

/** What proves who signs in. */
export type SignInKey = { code: string } | { token: string } | { email: string; password: string }

/** Why a browser was not let in: a sentence that says what to do, and the field at fault where there is one. */
export interface Refusal {
  message: string
  field: string | undefined
}

/** Opens a session. Gives why not, or undefined when it worked. */
export async function signIn(key: SignInKey): Promise<Refusal | undefined> {
  const refusal = await refusalOf(await post('/auth/sign-in', key))
  return refusal && { ...refusal, message: refusal.status === 401 ? UNKNOWN[kindOf(key)] : refusal.message }
}

/** Takes an invitation: makes the person a member, and opens a session. Gives why not, or undefined when it worked. */
export async function acceptInvite(invite: { secret: string; name: string; password: string }): Promise<Refusal | undefined> {
  return refusalOf(await post('/auth/accept-invite', invite))
}

/** Ends the session on the server; the cookie is gone afterwards. */
export async function signOut(): Promise<void> {
  await post('/auth/sign-out', {})
}

const kindOf = (key: SignInKey) => ('code' in key ? 'code' : 'token' in key ? 'token' : 'password')

const UNKNOWN = {
  code: 'This sign-in link was used already or is too old. Sign in with your password, or paste the API token from the file admin-token in Docket’s data folder. As long as no administrator can sign in by himself, each start of Docket prints a new link.',
  token: 'This API token is not known here. The first one is in the file admin-token in the data folder.',
  password: 'This e-mail address and password do not belong together. Check both, then try again.',
} as const

async function refusalOf(answer: Answer | undefined): Promise<(Refusal & { status: number }) | undefined> {
  if (answer === undefined)
    return { status: 0, message: 'Docket did not answer. Check that it is running, then try again.', field: undefined }
  if (answer.ok) return undefined
  const { message, extensions } = answer.failure ?? {}
  return { status: answer.status, message: sentenceOf(answer, message), field: extensions?.field }
}

function sentenceOf({ status, retryAfter, failure }: Answer, message: string | undefined): string {
  if (status >= 500) return 'Something went wrong on the server; its log says what.'
  if (status === 429)
    return retryAfter ? `Too many tries. Try again in ${span(retryAfter * 1000)}.` : (message ?? 'Too many tries. Try again in a minute.')
  if (status === 403 && failure?.message.includes('another site'))
    return 'This page was opened at another address than the one Docket is set up for. Open it there, or set PUBLIC_URL to this one.'
  return message ?? 'The server refused without a reason.'
}

interface Answer {
  ok: boolean
  status: number
  /** Seconds after which it may be tried again. */
  retryAfter: number | undefined
  failure: { message: string; extensions?: { field?: string } } | undefined
}

async function post(path: string, body: object): Promise<Answer | undefined> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', 'x-requested-by': 'dashboard' },
      body: JSON.stringify(body),
    })
    // Left unread it counts as cut off in the browser's log, since the page goes on at once.
    const text = await answer.text()
    return {
      ok: answer.ok,
      status: answer.status,
      retryAfter: Number(answer.headers.get('retry-after')) || undefined,
      failure: answer.ok ? undefined : failureIn(text),
    }
  } catch {
    return undefined
  }
}

function failureIn(text: string): Answer['failure'] {
  try {
    return (JSON.parse(text) as { errors?: NonNullable<Answer['failure']>[] }).errors?.[0]
  } catch {
    return undefined
  }
}
