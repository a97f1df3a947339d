import { isJson } from './is-json.ts'

/** A JSON value as a tree. What stands for a text or a number is as it was written, so no digit is lost. */
export type JsonNode = JsonBranch | JsonLeaf

export interface JsonBranch {
  kind: 'object' | 'array'
  members: [name: string, node: JsonNode][]
}

export interface JsonLeaf {
  kind: 'text' | 'number' | 'word'
  text: string
}

/** A name comes with its colon. */
const PARTS = /("(?:[^"\\]|\\.)*")(\s*:)?|[[\]{}]|[^\s[\]{},:"]+/g

/** Undefined for what is not JSON, and for a single text, number or word: that has no branches. */
export function jsonTree(text: string): JsonBranch | undefined {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) return undefined
  const root: JsonBranch = { kind: 'array', members: [] }
  // No recursion: 64 KiB of brackets are deeper than the stack.
  const open = [root]
  let name: string | undefined
  const add = (node: JsonNode) => {
    const { members } = open.at(-1)!
    members.push([name ?? String(members.length), node])
    name = undefined
  }
  for (const [part, quoted, colon] of text.matchAll(PARTS)) {
    if (colon !== undefined) name = JSON.parse(quoted!) as string
    else if (part === '{' || part === '[') {
      const branch: JsonBranch = { kind: part === '{' ? 'object' : 'array', members: [] }
      add(branch)
      open.push(branch)
    } else if (part === '}' || part === ']') open.pop()
    else add({ kind: quoted !== undefined ? 'text' : /^[-\d]/.test(part) ? 'number' : 'word', text: part })
  }
  return root.members[0]![1] as JsonBranch
}
