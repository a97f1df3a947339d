import type { ChainedEntry } from './audit-entry.ts'

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** Columns in the order of the CSV; each is a member of the object that was hashed, but for the two hashes. */
const COLUMNS: Readonly<Record<string, (entry: ChainedEntry) => string | number | null>> = {
  at: (e) => e.at,
  id: (e) => e.id,
  project_id: (e) => e.projectId,
  actor_kind: (e) => e.actorKind,
  actor_id: (e) => e.actorId,
  actor_name: (e) => e.actorName,
  on_behalf_of: (e) => e.onBehalfOf,
  verb: (e) => e.verb,
  object_type: (e) => e.objectType,
  object_id: (e) => e.objectId,
  action_id: (e) => e.actionId,
  invocation_id: (e) => e.invocationId,
  record_type: (e) => e.recordType,
  record_id: (e) => e.recordId,
  result: (e) => e.result,
  code: (e) => e.code,
  ip: (e) => e.ip,
  data: (e) => e.data,
  before: (e) => e.before,
  after: (e) => e.after,
  chain_id: (e) => e.chainId,
  seq: (e) => e.seq,
  prev_hash: (e) => e.prevHash,
  hash: (e) => e.hash,
}
const NAMES = Object.keys(COLUMNS)
const JSON_NAMES = new Set(['data', 'before', 'after'])

/** What stands before the first entry. */
export const exportHead = (format: ExportFormat): string => (format === 'csv' ? `${NAMES.join()}\r\n` : '')

/** One entry as a line. */
export const exportLine = (entry: ChainedEntry, format: ExportFormat): string => (format === 'csv' ? csvLine(entry) : jsonLine(entry))

/** All that was hashed, and the two hashes; who has the key can verify it. What is null is left out, as it was. */
function jsonLine(entry: ChainedEntry): string {
  const members = NAMES.flatMap((name) => {
    const value = COLUMNS[name]!(entry)
    if (value === null) return []
    return `"${name}":${JSON_NAMES.has(name) ? value : JSON.stringify(value)}`
  })
  return `{${members.join()}}\n`
}

const csvLine = (entry: ChainedEntry): string => `${NAMES.map((name) => csvCell(COLUMNS[name]!(entry))).join()}\r\n`

/**
 * RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it, which shows it as it is: anyone can put one into
 * the name of a record.
 */
function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[\s\0]*[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
