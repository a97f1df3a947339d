import { isDeepStrictEqual } from 'node:util'
import canonicalize from 'canonicalize'
import { parseId } from './ids.ts'
import { isSecretName, MASK, maskBody, maskHeaders } from './mask.ts'

/** Longer texts are cut: the audit tells what changed, and bodies have their place in the versions of the action. */
const TEXT_CHARACTERS = 2_000
/** What is larger as a whole is left out, and said so. */
const JSON_CHARACTERS = 32 * 1024
const DEPTH_KEPT = 20
const ITEMS_KEPT = 200

/** Redacted JSON in canonical form (RFC 8785); null for nothing. */
export function redacted(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const json = canonicalize(redact(value, 0)) ?? null
  return json !== null && json.length > JSON_CHARACTERS ? `{"characters":${json.length},"leftOut":true}` : json
}

/** Of two objects, the members that differ; anything else as it is. */
export function differences(before: unknown, after: unknown): [unknown, unknown] {
  if (!isPlain(before) || !isPlain(after)) return [before, after]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  )
  const only = (from: Record<string, unknown>) => Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]))
  return [only(before), only(after)]
}

/** Text that PostgreSQL keeps as it is: without NUL and without half a character. */
export const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)

function redact(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return shortened(storableText(maskBody(value)))
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (depth === DEPTH_KEPT) return MASK
  if (Array.isArray(value)) return value.slice(0, ITEMS_KEPT).map((item) => redact(item, depth + 1) ?? null)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [shortened(storableText(name)), member(name, item, depth)]))
}

function member(name: string, value: unknown, depth: number): unknown {
  if (/headers$/i.test(name) && isHeaders(value)) return maskHeaders(value)
  if (/webhookUrl$/i.test(name) && typeof value === 'string') return hostOf(value)
  if (isSecretName(name) && !tellsNothing(value) && !isOwnKey(name, depth)) return MASK
  return redact(value, depth + 1)
}

/** The key of an action is its name for programs. What comes from outside stands deeper, or is text. */
const isOwnKey = (name: string, depth: number): boolean => name === 'key' && depth === 0

/** Receivers of webhooks often know their senders by nothing but a secret in the path. */
const hostOf = (url: string): string => (URL.canParse(url) ? `${new URL(url).origin}/…` : MASK)

/** Which token it was, or whether there is a secret, is what the audit is for. */
const tellsNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  typeof value === 'boolean' ||
  value instanceof Date ||
  (typeof value === 'string' && parseId(value) !== undefined)

const isHeaders = (value: unknown): value is Record<string, string | string[]> =>
  isPlain(value) &&
  Object.values(value).every((one) => typeof one === 'string' || (Array.isArray(one) && one.every((v) => typeof v === 'string')))

const shortened = (text: string): string => (text.length > TEXT_CHARACTERS ? `${text.slice(0, TEXT_CHARACTERS - 1)}…`.toWellFormed() : text)
