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
