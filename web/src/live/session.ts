/** Why signing in failed, as a sentence that says what to do. Undefined when it worked. */
export async function signIn(key: { code: string } | { token: string }): Promise<string | undefined> {
  const answer = await post('/auth/sign-in', key)
  if (answer === undefined) return 'Docket did not answer. Check that it is running, then try again.'
  if (answer.ok) return undefined
  if (answer.status >= 500) return 'Something went wrong on the server; its log says what.'
  if (answer.status === 403)
    return 'This page was opened at another address than the one Docket is set up for. Open it there, or set PUBLIC_URL to this one.'
  if (answer.status === 429) return 'Too many tries. Wait a minute, then try again.'
  return 'code' in key
    ? 'This sign-in link was used already or is too old. Restart Docket to get a new one, or paste the API token from the file admin-token in its data folder.'
    : 'This API token is not known here. The first one is in the file admin-token in the data folder.'
}

/** Ends the session on the server; the cookie is gone afterwards. */
export async function signOut(): Promise<void> {
  await post('/auth/sign-out', {})
}

async function post(path: string, body: object): Promise<Response | undefined> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', 'x-requested-by': 'dashboard' },
      body: JSON.stringify(body),
    })
    // Left unread it counts as cut off in the browser's log, since the page goes on at once.
    await answer.arrayBuffer()
    return answer
  } catch {
    return undefined
  }
}
