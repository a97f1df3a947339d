import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createTemplate, TEMPLATE } from '../test/template.ts'
import { startThrowawayCluster } from '../test/throwaway-cluster.ts'
import { schemaDifference } from './schema-difference.ts'

// Compares prisma/schema.prisma with what the migrations make, offline.
//   npm run drift            exits 1 when they differ
//   npm run migration:diff   only prints the SQL that leads from the migrations to the schema, for a new migration
const schemaPath = resolve(import.meta.dirname, '../prisma/schema.prisma')
const onlyPrint = process.argv.includes('--print')

const cluster = await startThrowawayCluster()
try {
  await createTemplate(cluster.urlOf('postgres'))
  const sql = await schemaDifference(cluster.urlOf(TEMPLATE), {
    path: schemaPath,
    folder: dirname(schemaPath),
    content: readFileSync(schemaPath, 'utf8'),
  })
  if (onlyPrint) console.log(sql || '-- No difference.')
  else if (sql) {
    console.error(`prisma/schema.prisma and prisma/migrations differ. From the migrations to the schema it takes:\n\n${sql}`)
    process.exitCode = 1
  } else console.log('prisma/schema.prisma says what prisma/migrations make.')
} finally {
  await cluster.stop()
}
