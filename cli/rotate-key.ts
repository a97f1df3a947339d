import { createClient, DocketApiError } from '../sdk/index.ts'
import type { Command } from './command.ts'
import { readSettings } from './settings.ts'
import { readOptions } from './usage.ts'

const OPTIONS = { url: { type: 'string' }, token: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const

const HELP = `Usage: docket rotate-key [options]

Seals everything that is kept secret by the server's present SECRET_KEY: headers of actions, secrets, signing secrets,
the key that signs receipts and the one of the audit. Run it when all servers have the new SECRET_KEY, and the one before it in
SECRET_KEY_PREVIOUS; they go on working. It may be stopped and run again.

  --url <address>  the server; default DOCKET_URL, else http://127.0.0.1:4600
  --token <token>  its API token; default DOCKET_TOKEN
  --json           print the answer as JSON

Exit codes: 0 done, 1 refused, 2 wrong usage.
`

export const rotateKeyCommand: Command = { summary: "seal all secrets by the server's present SECRET_KEY", help: HELP, run }

const KINDS = {
  headers: 'headers of requests',
  secrets: 'secrets',
  signingSecrets: 'signing secrets',
  receiptKeys: 'keys of receipts',
  auditKeys: 'keys of the audit',
} as const
type Kind = keyof typeof KINDS
const NAMES = Object.keys(KINDS) as Kind[]

async function run(args: readonly string[]): Promise<void> {
  const { json, ...options } = readOptions(args, OPTIONS)
  const { url, token } = readSettings(options)
  const client = createClient({ url, ...(token ? { token } : {}) })
  const sums = { headers: 0, secrets: 0, signingSecrets: 0, receiptKeys: 0, auditKeys: 0 }
  // The last pass changes nothing, and sees all that cannot be read.
  let unreadable = 0
  let begins = true
  let clean = false
  for await (const step of client.secrets.reseal()) {
    for (const name of NAMES) sums[name] += step[name]
    unreadable = (begins ? 0 : unreadable) + step.unreadable
    begins = step.cursor == null
    clean = step.clean
  }
  await client.close()
  if (!clean)
    throw new DocketApiError(
      'INVALID_TRANSITION',
      'Other servers go on sealing by another key; give all of them the same SECRET_KEY first.',
    )
  process.stdout.write(json ? `${JSON.stringify({ resealed: sums, unreadable })}\n` : report(sums, unreadable))
}

function report(sums: Record<Kind, number>, unreadable: number): string {
  const done = NAMES.filter((name) => sums[name] > 0).map((name) => `${KINDS[name]} ${sums[name].toLocaleString('en-US')}`)
  const lines = [done.length > 0 ? `Sealed anew: ${done.join(', ')}.` : 'Everything was sealed by the present key already.']
  if (unreadable > 0) {
    lines.push(`${unreadable.toLocaleString('en-US')} values open with no key that the server has; they were left as they are.`)
  }
  lines.push(
    'Nothing needs the key before it: SECRET_KEY_PREVIOUS may go.',
    'Links to receipts that were given out under it open as long as it stays.',
  )
  return `${lines.join('\n')}\n`
}
