export type BannerFacts = {
  url: string
  /** Signs the first administrator in, once; undefined when an administrator has a sign-in of his own. */
  signInLink: string | undefined
  /** The admin token, only at the start that made it. */
  newToken: string | undefined
  /** File that keeps the admin token; undefined when ADMIN_TOKEN is set. */
  tokenFile: string | undefined
  /** Where the rows lie, in words. */
  data: string
  /** Whole seconds and tenths since the process began. */
  seconds: number
}

/** What a start prints when everything is up: where to go, where the data lies, what to do next. */
export function banner({ url, signInLink, newToken, tokenFile, data, seconds }: BannerFacts): string {
  const facts = [
    ['Dashboard', url],
    ['Sign in', signInLink ? `${signInLink}  (works once)` : `${url}/sign-in`],
    ['Data', data],
    ...(newToken ? [['API token', `${newToken}  (shown this once)`]] : []),
    ...(tokenFile ? [['Token file', tokenFile]] : []),
  ]
  const width = Math.max(...facts.map(([name = '']) => name.length))
  return [
    '',
    `Docket is up after ${seconds.toFixed(1)} s.`,
    '',
    ...facts.map(([name = '', value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    `Next: ${signInLink ? 'open the sign-in link and create your first action' : 'sign in'}, or call ${url}/graphql with "Authorization: Bearer <API token>".`,
    'Ctrl-C stops Docket and its database.',
    '',
  ].join('\n')
}
