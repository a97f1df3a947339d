/** The one-time code in the fragment of a sign-in link: `#code=…`, or the bare code. */
export function codeFrom(hash: string): string | undefined {
  const text = hash.replace(/^#/, '')
  if (!text) return undefined
  return text.includes('=') ? (new URLSearchParams(text).get('code') ?? undefined) : decodeURIComponent(text)
}

/** Where to go after signing in: a path of this server and nothing else, so that no link can lead elsewhere. */
export function localPath(next: string | undefined): string {
  if (!next || !/^\/(?![/\\])/.test(next)) return '/'
  return next.startsWith('/sign-in') ? '/' : next
}

/** Why the way over another provider led back here, by the code in the address. */
export function oidcRefusal(code: string | undefined): string | undefined {
  if (!code) return undefined
  return OIDC_REFUSALS[code] ?? 'Signing in elsewhere did not work. Try again, or use your password.'
}

const OIDC_REFUSALS: Readonly<Record<string, string>> = {
  'no-member': 'Nobody here has the e-mail address of that account. Ask an administrator to invite it.',
  'not-verified': 'The e-mail address of that account is not verified there, so it can’t prove who you are here.',
  refused: 'The other side did not vouch for you, or you declined there. Try again.',
  expired: 'That took too long, or began in another browser. Try again.',
  unavailable: 'The other side does not answer right now. Try again later, or use your password.',
  limited: 'Too many tries. Try again in a minute.',
}
