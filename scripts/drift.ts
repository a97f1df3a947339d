import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createTemplate, TEMPLATE } from '../test/template.ts'
import { startThrowawayCluster } from '../test/throwaway-cluster.ts'
import { schemaDifference } from './schema-difference.ts'

// npm run drift           exits 1 when a generated file is not what a fresh run writes, or prisma/schema.prisma is not what the
//                         migrations make
// npm run migration:diff  only prints the SQL that leads from the migrations to prisma/schema.prisma, for a new migration

const sql = await migrationDifference()
if (process.argv.includes('--print')) console.log(sql || '-- No difference.')
else {
  if (sql) console.error(`prisma/schema.prisma and prisma/migrations differ. From the migrations to the schema it takes:\n\n${sql}\n`)
  else console.log('prisma/schema.prisma says what prisma/migrations make.')
  const { staleGeneratedFiles } = await import('./generated-files.ts')
  const stale = await staleGeneratedFiles()
  if (stale.length > 0) console.error(`Generated files are not up to date. Run:\n\n${stale.join('\n')}`)
  else console.log('schema.graphql and sdk/generated are up to date.')
  if (sql || stale.length > 0) process.exitCode = 1
}

async function migrationDifference(): Promise<string> {
  const path = resolve(import.meta.dirname, '../prisma/schema.prisma')
  const cluster = await startThrowawayCluster()
  try {
    await createTemplate(cluster.urlOf('postgres'))
    return await schemaDifference(cluster.urlOf(TEMPLATE), { path, folder: dirname(path), content: readFileSync(path, 'utf8') })
  } finally {
    await cluster.stop()
  }
}
