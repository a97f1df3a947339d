import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Authenticator } from '../auth/authenticate.ts'
import { mayDo, requireCapability } from '../domain/access.ts'
import { EXPORT_FORMATS, type ExportFormat, exportHead, exportLine } from '../domain/audit-export.ts'
import { type AuditFilterInput, parseAuditFilter } from '../domain/audit-filter.ts'
import { DocketError } from '../domain/errors.ts'
import { parseDateTime } from '../graphql/scalars.ts'
import { newestAnchor, writeAnchor } from '../store/audit-anchors.ts'
import { readProject } from '../store/audit-list.ts'
import { noteAlone } from '../store/audited.ts'
import type { Database } from '../store/database.ts'
import { answerJson, HttpRefusal } from './answer.ts'

export interface AuditEndpoints {
  /** `GET /audit/anchor`: the newest anchor. Public, so that anyone may keep it: it tells nothing but that there were entries. */
  anchor(request: IncomingMessage, response: ServerResponse): Promise<void>
  /**
   * `GET /audit/export?format=jsonl|csv` with the filters of `auditLog` as parameters, for who may ADMINISTER: the entries of the project, oldest
   * first. The header `docket-audit-anchor` has the hash of an anchor over all of them.
   */
  export(request: IncomingMessage, response: ServerResponse, url: URL, ip: string): Promise<void>
}

const TYPES: Readonly<Record<ExportFormat, string>> = { jsonl: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' }
const TEXTS = [
  'verb',
  'objectType',
  'objectId',
  'actorId',
  'actionId',
  'invocationId',
  'recordType',
  'recordId',
  'result',
  'search',
] as const
const PARAMETERS = ['format', 'from', 'to', ...TEXTS]

/** `GET /audit/anchor`, for everybody, and `GET /audit/export`, for those who may read the audit. */
export function createAuditEndpoints(db: Database, authenticator: Authenticator): AuditEndpoints {
  return {
    async anchor(request, response) {
      requireReading(request, response)
      const anchor = await newestAnchor(db.pool)
      if (!anchor) throw new HttpRefusal(404, 'There is no anchor yet; one is made every hour in which something was noted.', 'NOT_FOUND')
      response.setHeader('access-control-allow-origin', '*')
      answerJson(response, 200, { at: anchor.at, hash: anchor.hash })
    },

    async export(request, response, url, ip) {
      requireReading(request, response)
      const viewer = await authenticator.ofRequest(request, ip)
      if (!viewer) throw new DocketError('UNAUTHENTICATED', 'Sign in, or send an API token as "Authorization: Bearer …".')
      const { projectId, actor, access } = viewer
      const author = { db, projectId, actor, access, ip }
      if (!mayDo(access, 'ADMINISTER')) {
        await noteAlone(author, {
          verb: 'audit.refused',
          data: { query: 'GET /audit/export' },
          result: 'REFUSED',
          code: 'FORBIDDEN',
        })
      }
      requireCapability(access, 'ADMINISTER')
      const { format, given, filter } = readParameters(url.searchParams)
      // Before the first line, so that it is noted whatever becomes of the rest; it is the last one of its own export.
      await noteAlone(author, { verb: 'audit.exported', data: { format, ...given } })
      await writeAnchor(db)
      const anchor = await newestAnchor(db.pool)
      response.writeHead(200, {
        'content-type': TYPES[format],
        'content-disposition': `attachment; filename="audit.${format}"`,
        'cache-control': 'no-store',
        ...(anchor && { 'docket-audit-anchor': anchor.hash }),
      })
      if (request.method === 'HEAD') response.end()
      else await pipeline(Readable.from(lines(db, projectId, filter, format)), response)
    },
  }
}

async function* lines(db: Database, projectId: string, filter: ReturnType<typeof parseAuditFilter>, format: ExportFormat) {
  const head = exportHead(format)
  if (head) yield head
  for await (const page of readProject(db.pool, projectId, filter)) yield page.map((entry) => exportLine(entry, format)).join('')
}

function readParameters(parameters: URLSearchParams) {
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name))
      throw new DocketError('BAD_USER_INPUT', `There is no parameter ${name}; there are ${PARAMETERS.join(', ')}.`, name)
  }
  const { format = 'jsonl', ...given } = Object.fromEntries(parameters) as { format?: string } & Record<string, string>
  if (!isFormat(format)) throw new DocketError('BAD_USER_INPUT', `format must be ${EXPORT_FORMATS.join(' or ')}.`, 'format')
  const { from, to, ...texts } = given
  const input = { ...texts, from: from ? parseDateTime(from) : null, to: to ? parseDateTime(to) : null }
  return { format, given, filter: parseAuditFilter(input as AuditFilterInput) }
}

const isFormat = (format: string): format is ExportFormat => (EXPORT_FORMATS as readonly string[]).includes(format)

function requireReading({ method }: IncomingMessage, response: ServerResponse): void {
  if (method === 'GET' || method === 'HEAD') return
  response.setHeader('allow', 'GET, HEAD')
  throw new HttpRefusal(405, 'The audit can only be read.')
}
