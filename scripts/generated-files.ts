import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { generate } from '@graphql-codegen/cli'
import codegen from '../codegen.ts'
import { printedSchema, SCHEMA_FILE } from './print-schema.ts'

const root = resolve(import.meta.dirname, '..')

/** The committed generated files that a fresh run would write differently, each with the command that writes it. Writes nothing. */
export async function staleGeneratedFiles(): Promise<string[]> {
  const stale: string[] = []
  if (contentOf(SCHEMA_FILE) !== printedSchema()) stale.push('schema.graphql: npm run schema')
  const fresh: { filename: string; content: string }[] = await generate({ ...codegen, cwd: root }, false)
  for (const { filename, content } of fresh) {
    if (contentOf(resolve(root, filename)) !== content) stale.push(`${filename}: npm run codegen`)
  }
  return stale
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
