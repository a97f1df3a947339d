import { createClient, DocketApiError } from '../sdk/index.ts'
import { SERVER_OPTIONS } from './audit-filter.ts'
import { readSettings } from './settings.ts'
import { readOptions, UsageError } from './usage.ts'

const OPTIONS = { ...SERVER_OPTIONS, anchor: { type: 'string' }, json: { type: 'boolean' } } as const

/** @throws DocketApiError, also AUDIT_BAD when an entry is not as it was written; UsageError */
export async function verifyAudit(args: readonly string[]): Promise<void> {
  const { anchor, json, ...options } = readOptions(args, OPTIONS)
  if (anchor !== undefined && !/^[0-9a-f]{64}$/i.test(anchor))
    throw new UsageError('--anchor must be the hash of an anchor, 64 hex digits.')
  const { url, token } = readSettings(options)
  const client = createClient({ url, ...(token ? { token } : {}) })
  const result = await client.audit.verify(anchor === undefined ? {} : { anchor })
  await client.close()
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
  const { ok, entries, chains, anchors, firstBad } = result
  if (!ok) throw new DocketApiError('AUDIT_BAD', sentence(firstBad!))
  if (json) return
  process.stdout.write(
    `In order: ${count(entries, 'entry', 'entries')} of the project; ${count(chains, 'chain')}, ${count(anchors, 'anchor')}.\n`,
  )
}

const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`

interface FirstBad {
  id?: string | null
  chain?: string | null
  seq?: string | null
  reason: string
}

const REASONS: Readonly<Record<string, string>> = {
  CHANGED: 'is not as it was written',
  MISSING: 'is missing, or more of them',
  INSERTED: 'was never written there',
  REORDERED: 'was written at another place',
  FORKED: 'was written behind another entry than the one that is there',
  OTHER_PROJECT: "is another project's",
  CUT_OFF: 'is missing: an anchor tells of it, and the chain ends before it',
}

function sentence({ id, chain, seq, reason }: FirstBad): string {
  if (chain == null) return 'The anchors are not as they were written, or the one that was asked for is not among them.'
  return `Entry ${seq} of chain ${chain}${id && reason !== 'MISSING' ? `, ${id},` : ''} ${REASONS[reason] ?? reason}.`
}
