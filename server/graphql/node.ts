import { brandWithType } from '@pothos/core'
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { DocketError } from '../domain/errors.ts'
import { type Noun, parseId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { type Context, projectOf } from './context.ts'

/** One answer to `nodes` is as large as the largest page. */
const NODES_MAX = 100

export const Node = builder.interfaceRef<object>('Node').implement({ fields: (t) => ({ id: t.id() }) })

type Load = (context: Context, projectId: string, ids: string[], query: object) => Promise<{ id: string }[]>

const kinds = new Map<Noun, { type: string; load: Load }>()

/**
 * Makes a noun findable by `node` and `nodes`. `load` gets all wanted UUIDs of that noun at once and leaves out what the
 * project does not hold.
 */
export function registerNode(noun: Noun, type: string, load: Load): void {
  kinds.set(noun, { type, load })
}

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context, info) => (await loadNodes([id], context, info))[0] as never,
  }),
)

builder.queryField('nodes', (t) =>
  t.field({
    type: [Node],
    nullable: { list: false, items: true },
    args: { ids: t.arg.idList({ required: true }) },
    resolve: (_, { ids }, context, info) => {
      if (ids.length > NODES_MAX) throw new DocketError('BAD_USER_INPUT', `ids must name at most ${NODES_MAX} nodes.`, 'ids')
      return loadNodes(ids, context, info) as never
    },
  }),
)

/** The rows behind any TypeIDs, in their order; null for each that is unknown, malformed or another project's. */
async function loadNodes(ids: readonly string[], context: Context, info: GraphQLResolveInfo): Promise<(object | null)[]> {
  const projectId = projectOf(context)
  const wanted = ids.map(parseId)
  const found = new Map<string, object>()
  for (const [noun, { type, load }] of kinds) {
    const uuids = [...new Set(wanted.flatMap((id) => (id?.noun === noun ? [id.uuid] : [])))]
    if (uuids.length === 0) continue
    for (const row of await load(context, projectId, uuids, queryFromInfo({ context, info, typeName: type }))) {
      brandWithType(row, type as never)
      found.set(row.id, row)
    }
  }
  return wanted.map((id) => (id && found.get(id.uuid)) ?? null)
}
