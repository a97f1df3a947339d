import { renewReceipt } from '../commands/renew-receipt.ts'
import { revokeReceipt } from '../commands/revoke-receipt.ts'
import { receiptExpiresAt } from '../domain/receipt-life.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { Invocation } from './invocation.ts'
import { receiptUrl } from './receipt.ts'

builder.prismaObjectFields(Invocation, (t) => ({
  receiptUrl: t.string({ select: { receipt: true }, resolve: receiptUrl }),
  receiptExpiresAt: t.field({
    type: 'DateTime',
    description: 'When the receipt ends by itself: 30 days after the invocation was made, or after its time, unless it was renewed.',
    select: { receipt: true },
    resolve: receiptExpiresAt,
  }),
  receiptRevokedAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'Since when nobody can see the receipt, until it is renewed.',
    select: { receipt: true },
    resolve: ({ receipt }) => receipt?.revokedAt,
  }),
}))

builder.mutationFields((t) => ({
  revokeReceipt: t.prismaField({
    type: Invocation,
    description: 'Ends the address of a receipt: it answers like one that never was, and whoever watches it hears no more.',
    args: { invocationId: t.arg.id({ required: true }) },
    resolve: async (query, _, { invocationId }, context) => {
      const { id } = await revokeReceipt(commandContext(context), invocationId)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  renewReceipt: t.prismaField({
    type: Invocation,
    description:
      'Gives a receipt a new address for `days` from now (1 to 365, default 30), also one that ended or was revoked. The address before ' +
      'ends. At most 63 times.',
    args: { invocationId: t.arg.id({ required: true }), days: t.arg.int() },
    resolve: async (query, _, { invocationId, days }, context) => {
      const { id } = await renewReceipt(commandContext(context), invocationId, days)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))
