import { readFileSync } from 'node:fs'
import { DocketApiError } from '../sdk/errors.ts'
import { readReceiptKeys, verifyReceipt } from '../sdk/verify-receipt.ts'
import type { Command } from './command.ts'
import { readWords, UsageError } from './usage.ts'

const OPTIONS = { key: { type: 'string' }, help: { type: 'boolean' } } as const

const KEY_PATH = '/.well-known/docket-receipt-key'

const HELP = `Usage: docket verify-receipt <receipt> [--key <key>]

Tells whether a receipt is as its server signed it.

  <receipt>    a file saved from /r/<token>.json, or a receipt's address
  --key <key>  the public key of the server that it should come from: a file saved from
               ${KEY_PATH}, or the server's address. A file needs it, and
               with two files nobody is asked; for an address, its own server's is the default

Exit codes: 0 valid, 1 not valid or not to be had, 2 wrong usage.
`

export const verifyReceiptCommand: Command = { summary: 'tell whether a receipt is as its server signed it', help: HELP, run }

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = readWords(args, OPTIONS)
  const [receipt, ...more] = positionals
  if (receipt === undefined || more.length > 0) throw new UsageError('Name one receipt: a file or an address.')
  const address = addressOf(receipt)
  const key = values.key ?? (address && serverOf(address))
  if (key === undefined) throw new UsageError('--key says whose receipt it should be: a saved key, or the address of the server.')
  const keyAddress = addressOf(key)
  const saved = await read(receipt, address && withEnding(address, '.json'))
  const keys = readKeys(new TextDecoder().decode(await read(key, keyAddress && withEnding(keyAddress, KEY_PATH))), key)
  const verdict = await verifyReceipt(saved, keys)
  if (!verdict.valid) throw new DocketApiError('RECEIPT_INVALID', `Not valid. ${verdict.why}`)
  const { id, actionName, status, url } = verdict.receipt
  process.stdout.write(`Valid: signed with the key ${verdict.keyId}.\n${actionName}: ${status}, ${id}\n${url}\n`)
}

const addressOf = (text: string): URL | undefined => (/^https?:\/\//.test(text) ? (URL.parse(text) ?? undefined) : undefined)

/** The server of a receipt's address, also where it answers below a path. */
const serverOf = ({ origin, pathname }: URL): string => origin + pathname.replace(/\/r\/[^/]*$/, '')

function withEnding({ origin, pathname }: URL, ending: string): string {
  const path = pathname.replace(/\/$/, '')
  return origin + (path.endsWith(ending) ? path : path + ending)
}

/** @throws UsageError for a file that can't be read, DocketApiError for an address that does not answer with one */
async function read(name: string, address: string | undefined): Promise<Uint8Array> {
  if (address === undefined) {
    try {
      return readFileSync(name)
    } catch (error) {
      throw new UsageError(`${name} must be a file that can be read, or an address; ${(error as Error).message}.`)
    }
  }
  const response = await fetch(address, { headers: { accept: 'application/json' } }).catch((cause: unknown) => {
    throw new DocketApiError('UNREACHABLE', `No answer from ${new URL(address).origin}.`, undefined, { cause })
  })
  if (response.status === 404)
    throw new DocketApiError('NOT_FOUND', 'There is no such receipt, or not any more, or no Docket at that address.')
  if (!response.ok) throw new DocketApiError('BAD_RESPONSE', `${new URL(address).origin} answered ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}

function readKeys(text: string, name: string) {
  try {
    return readReceiptKeys(text)
  } catch (error) {
    throw new DocketApiError('BAD_RESPONSE', `${name} does not give the key of a Docket server. ${(error as Error).message}`)
  }
}
