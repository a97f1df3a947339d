import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'
import pg from 'pg'

/**
 * The SQL that leads from a database to a Prisma schema, by Prisma's own schema engine in its WebAssembly build: the native one would
 * be downloaded.
 *
 * Left out is what the Prisma language cannot say. The engine itself does not look at CHECKs, partial indexes, storage parameters,
 * functions and triggers; only the expression of a generated column it takes for a default that has to go, and for every relation it wants
 * a foreign key (`UNCHECKED`).
 *
 * @param schema path, folder and text of `schema.prisma`
 * @returns empty when there is no difference
 */
export async function schemaDifference(database: string, schema: { path: string; folder: string; content: string }): Promise<string> {
  const pool = new pg.Pool({ connectionString: database, max: 2 })
  const files = [{ path: schema.path, content: schema.content }]
  // The engine reports a panic to this global before it stops.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(text) } })
  try {
    const engine = await SchemaEngine.new(
      { datamodels: [[schema.path, schema.content]] },
      () => {},
      bindMigrationAwareSqlAdapterFactory(withCharacters(pool)),
    )
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: schema.folder },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    return withoutGenerated(stdout ?? '', await generatedColumns(pool))
  } finally {
    await pool.end()
  }
}

/** PostgreSQL's one-byte type "char", which the system catalogs use, and the type that stands for it on the way through the adapter. */
const CHAR = 18
const TEXT = 25

/** The adapter refuses columns of the type "char"; the engine, which reads them from the catalogs, wants them as characters. */
function withCharacters(pool: pg.Pool): PrismaPg {
  const columnsOf = new WeakMap<object, number[]>()
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryArrayResult>
  Object.assign(pool, {
    async query(...args: unknown[]) {
      const result = await query(...args)
      const columns = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR ? [index] : []))
      for (const index of columns) result.fields[index]!.dataTypeID = TEXT
      columnsOf.set(result.rows, columns)
      return result
    },
  })
  const factory = new PrismaPg(pool)
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (statement) => {
      const result = await queryRaw(statement)
      for (const index of columnsOf.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character
      return result
    }
    return adapter
  }
  return factory
}

async function generatedColumns(pool: pg.Pool): Promise<Set<string>> {
  const found = await pool.query<{ name: string }>(
    `select format('%s.%s', c.relname, a.attname) as name from pg_attribute a join pg_class c on c.oid = a.attrelid
      where a.attgenerated <> '' and c.relnamespace = current_schema()::regnamespace`,
  )
  return new Set(found.rows.map((row) => row.name))
}

/** Removes `ALTER COLUMN … DROP DEFAULT` for generated columns from the script, and statements in which nothing else is left. */
function withoutGenerated(script: string, generated: Set<string>): string {
  return script
    .split(/\n(?=-- )/)
    .map((block) => {
      const [, head, table, clauses] = /^(-- AlterTable\nALTER TABLE "([^"]+)" )([\s\S]*);\s*$/.exec(block) ?? []
      if (clauses === undefined) return block
      const kept = clauses.split(/,\n/).filter((clause) => {
        const column = /^\s*ALTER COLUMN "([^"]+)" DROP DEFAULT$/.exec(clause)?.[1]
        return column === undefined || !generated.has(`${table}.${column}`)
      })
      return kept.length > 0 ? `${head}${kept.join(',\n')};\n` : ''
    })
    .filter((block) => block.replace(/^--.*$/gm, '').trim() !== '' && !isUnchecked(block))
    .join('\n')
    .trim()
}

/** Relations that Prisma reads along, without a foreign key on purpose; the migrations say why. */
const UNCHECKED = [
  'attempts_invocation_id_fkey',
  'actions_project_id_fkey',
  'invocations_action_id_fkey',
  'invocations_backfill_id_fkey',
  'callbacks_invocation_id_fkey',
  'callback_attempts_invocation_id_fkey',
  'receipts_invocation_id_fkey',
]

const isUnchecked = (block: string): boolean => {
  const name = /^-- AddForeignKey\nALTER TABLE "[^"]+" ADD CONSTRAINT "([^"]+)"/.exec(block)?.[1]
  return name !== undefined && UNCHECKED.includes(name)
}
