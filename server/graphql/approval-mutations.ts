import { approve } from '../commands/approve.ts'
import { reject } from '../commands/reject.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { Invocation } from './invocation.ts'

const COMMENT = 'Up to 1,000 characters; shown to everyone in the project.'

builder.mutationFields((t) => ({
  approve: t.prismaField({
    type: Invocation,
    description:
      'Adds your approval. The last one that is needed sends the run. For people only: tokens and agents ask, they do not approve.',
    args: {
      invocationId: t.arg.id({ required: true }),
      comment: t.arg.string({ description: COMMENT }),
      digest: t.arg.string({
        description:
          'Of the request that you have seen: APPROVAL_VOID when it is another one by now. Without it you approve the request as it is at that moment, seen or not.',
      }),
    },
    resolve: async (query, _, { invocationId, ...given }, context) => {
      const { id } = await approve(commandContext(context), invocationId, given)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  reject: t.prismaField({
    type: Invocation,
    description: 'Ends it: one reject is enough.',
    args: { invocationId: t.arg.id({ required: true }), comment: t.arg.string({ description: COMMENT }) },
    resolve: async (query, _, { invocationId, ...given }, context) => {
      const { id } = await reject(commandContext(context), invocationId, given)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))
