import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DocketApiError } from '../sdk/errors.ts'
import { FILTER_OPTIONS, readFilter, SERVER_OPTIONS } from './audit-filter.ts'
import { readSettings } from './settings.ts'
import { readOptions, UsageError } from './usage.ts'

const OPTIONS = { ...FILTER_OPTIONS, ...SERVER_OPTIONS, format: { type: 'string' } } as const
const FORMATS = ['jsonl', 'csv']

/** As it comes, so that any number of entries can be taken. @throws DocketApiError, UsageError */
export async function exportAudit(args: readonly string[]): Promise<void> {
  const { format = 'jsonl', ...options } = readOptions(args, OPTIONS)
  if (!FORMATS.includes(format)) throw new UsageError(`--format must be ${FORMATS.join(' or ')}, not "${format}".`)
  const { url, token } = readSettings(options)
  const address = `${url.replace(/\/+$/, '')}/audit/export?${new URLSearchParams({ format, ...readFilter(options) })}`
  const response = await fetch(address, { headers: token ? { authorization: `Bearer ${token}` } : {} }).catch((cause: unknown) => {
    throw new DocketApiError('UNREACHABLE', `No answer from ${url}.`, undefined, { cause })
  })
  if (!response.ok) throw await refusalOf(response)
  try {
    await pipeline(Readable.fromWeb(response.body as never), process.stdout, { end: false })
  } catch (cause) {
    throw new DocketApiError('BAD_RESPONSE', 'The export broke off before its end.', undefined, { cause })
  }
}

async function refusalOf(response: Response): Promise<DocketApiError> {
  const answer = (await response.json().catch(() => undefined)) as {
    errors?: { message: string; extensions: { code: string; field?: string } }[]
  }
  const [error] = answer?.errors ?? []
  return error
    ? new DocketApiError(error.extensions.code, error.message, error.extensions.field)
    : new DocketApiError('BAD_RESPONSE', `The server answered ${response.status}.`)
}
