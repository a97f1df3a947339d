import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from '../server/graphql/schema.ts'

/** Where the printed schema is kept: what the SDK and the dashboard are generated from. */
export const SCHEMA_FILE = fileURLToPath(new URL('../schema.graphql', import.meta.url))

/** The schema as schema.graphql holds it, sorted, so that a change of the code's order is no change of the file. */
export const printedSchema = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`

if (import.meta.main) writeFileSync(SCHEMA_FILE, printedSchema())
