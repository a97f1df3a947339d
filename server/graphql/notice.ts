import * as stored from '../store/generated/prisma/enums.ts'
import { Approval } from './approval.ts'
import { builder } from './builder.ts'

const NoticeKind = builder.enumType('NoticeKind', {
  description: 'What people and programs are told of an approval.',
  values: {
    REQUESTED: { description: 'It waits for a decision.' },
    REMINDER: { description: 'It still does.' },
    ESCALATED: { description: 'Nobody has decided in time, so a second role is asked.' },
    VOIDED: { description: 'Approvals that it had count no longer.' },
    APPROVED: {},
    REJECTED: {},
    EXPIRED: {},
  } satisfies Record<stored.NoticeKind, object>,
})
const NoticeChannel = builder.enumType(stored.NoticeChannel, { name: 'NoticeChannel' })
const NoticeStatus = builder.enumType('NoticeStatus', {
  values: {
    PENDING: { description: 'To be delivered, perhaps again.' },
    SENT: { description: 'The receiver has accepted it.' },
    FAILED: { description: 'It is given up.' },
  } satisfies Record<stored.NoticeStatus, object>,
})

const ApprovalNotice = builder.prismaObject('Notice', {
  name: 'ApprovalNotice',
  description: 'One message about an approval. Whether it arrives changes nothing of the approval.',
  fields: (t) => ({
    kind: t.expose('kind', { type: NoticeKind }),
    channel: t.expose('channel', { type: NoticeChannel }),
    recipient: t.string({
      description: 'Address of a mail; of a webhook the host, since the rest of its address may be secret.',
      resolve: ({ channel, recipient }) => (channel === 'EMAIL' ? recipient : (URL.parse(recipient)?.host ?? '')),
    }),
    status: t.expose('status', { type: NoticeStatus }),
    attemptCount: t.exposeInt('attemptCount'),
    error: t.exposeString('error', { nullable: true, description: 'Of the last attempt that failed.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }),
})

builder.prismaObjectField(Approval, 'notices', (t) =>
  t.field({
    type: [ApprovalNotice],
    select: { notices: { orderBy: [{ createdAt: 'asc' }, { channel: 'asc' }, { recipient: 'asc' }] } },
    resolve: ({ notices }) => notices,
  }),
)
