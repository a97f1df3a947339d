import { createClient } from '../sdk/index.ts'
import { FILTER_OPTIONS, readFilter, SERVER_OPTIONS } from './audit-filter.ts'
import { readSettings } from './settings.ts'
import { table } from './table.ts'
import { readNumber, readOptions } from './usage.ts'

const OPTIONS = { ...FILTER_OPTIONS, ...SERVER_OPTIONS, first: { type: 'string' }, json: { type: 'boolean' } } as const
const FIRST_DEFAULT = '20'
const FIRST_MOST = 1_000
const PAGE = 100

/** @throws DocketApiError, UsageError */
export async function listAudit(args: readonly string[]): Promise<void> {
  const options = readOptions(args, OPTIONS)
  const filter = readFilter(options)
  const wanted = readNumber(options.first ?? FIRST_DEFAULT, '--first', 1, FIRST_MOST)
  const { url, token } = readSettings(options)
  const client = createClient({ url, ...(token ? { token } : {}) })
  const entries: Entry[] = []
  for (let after: string | null | undefined; after !== null && entries.length < wanted; ) {
    const page = await client.audit.list({ filter, first: Math.min(PAGE, wanted - entries.length), ...(after ? { after } : {}) })
    entries.push(...page.items)
    after = page.hasNextPage ? page.endCursor : null
  }
  await client.close()
  process.stdout.write(options.json ? `${JSON.stringify(entries)}\n` : `${table(COLUMNS, entries)}\n`)
}

type Entry = Awaited<ReturnType<ReturnType<typeof createClient>['audit']['list']>>['items'][number]

const COLUMNS = [
  { title: 'AT', cell: ({ at }: Entry) => at },
  { title: 'WHO', cell: ({ actor, onBehalfOf }: Entry) => plain(onBehalfOf ? `${actor.name} for ${onBehalfOf.name}` : actor.name) },
  { title: 'WHAT', cell: ({ verb }: Entry) => verb },
  { title: 'OBJECT', cell: ({ objectId }: Entry) => plain(objectId ?? '') },
  { title: 'RESULT', cell: ({ result, code }: Entry) => (code ? `${result} ${code}` : result) },
  { title: 'ENTRY', cell: ({ id }: Entry) => id },
]

/** Names come from anyone: nothing of them may steer the terminal. */
const plain = (text: string): string => text.replace(/\p{C}/gu, ' ')
