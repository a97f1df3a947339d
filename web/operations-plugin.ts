import { type DocumentNode, print } from 'graphql'
import type { Plugin } from 'vite'

/** Where the generated documents are, and how a module that holds one of them alone is named. */
const GENERATED = /\/sdk\/generated\/operations\.ts$/
const ALONE = '\0operation:'
const CONSTANT = /^export const (\w+) = (\{"kind":"Document".*?\}) as unknown as /gm

/**
 * Ships each GraphQL document as its text, in the part of the dashboard that asks it. As they are generated, all documents are syntax
 * trees in one module: every page would load those of all others, at ten times the size.
 */
export function operationsAsText(): Plugin {
  const texts = new Map<string, string>()
  return {
    name: 'operations-as-text',
    enforce: 'pre',
    transform(code, id) {
      if (!GENERATED.test(id)) return
      const names: string[] = []
      for (const [, name = '', json = ''] of code.matchAll(CONSTANT)) {
        texts.set(name, plain(print(JSON.parse(json) as DocumentNode)))
        names.push(name)
      }
      if (names.length === 0) throw new Error('No document was found in the generated operations; their form has changed.')
      return { code: names.map((name) => `export { ${name} } from ${JSON.stringify(ALONE + name)}`).join('\n'), map: null }
    },
    resolveId: (id) => (id.startsWith(ALONE) ? id : undefined),
    load(id) {
      if (!id.startsWith(ALONE)) return
      const name = id.slice(ALONE.length)
      return { code: `export const ${name} = ${JSON.stringify(texts.get(name))}`, moduleSideEffects: false }
    },
  }
}

/** Without the spaces that only people need; no document holds a text with two spaces. */
const plain = (text: string): string => text.replace(/\s+/g, ' ')
