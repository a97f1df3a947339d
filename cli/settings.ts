/** Where the server answers, and who asks. */
export interface Settings {
  url: string
  token: string | undefined
}

const DEFAULT_URL = 'http://127.0.0.1:4600'

/** What the command line says, else the environment (DOCKET_URL, DOCKET_TOKEN). The only reader of the environment in the CLI. */
export function readSettings(options: { url?: string | undefined; token?: string | undefined }): Settings {
  const { DOCKET_URL, DOCKET_TOKEN } = process.env
  return { url: options.url || DOCKET_URL || DEFAULT_URL, token: options.token || DOCKET_TOKEN || undefined }
}
