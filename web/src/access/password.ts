/** What the server takes, in characters. */
const MIN = 12
const MAX = 200

export const PASSWORD_HINT = `At least ${MIN} characters. A sentence of a few words is easy to remember.`

/** What is wrong with a new password, before the server is asked. */
export function passwordMistake(password: string): string | undefined {
  const length = [...password].length
  if (length < MIN) return length === 0 ? 'Choose a password.' : `At least ${MIN} characters; these are ${length}.`
  return length > MAX ? `At most ${MAX} characters; these are ${length}.` : undefined
}
