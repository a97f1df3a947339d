import type { ApprovalFilter } from '../../../../sdk/generated/operations.ts'

export type Tab = 'review' | 'requests' | 'history'

export const TABS: Readonly<Record<Tab, { name: string; filter: ApprovalFilter; empty: string; hint: string }>> = {
  review: {
    name: 'To review',
    filter: { status: ['PENDING'], mine: true },
    empty: 'Nothing waits for you',
    hint: 'A run that you may decide about appears here the moment it is asked for.',
  },
  requests: {
    name: 'My requests',
    filter: { requestedByMe: true },
    empty: 'You have asked for nothing yet',
    hint: 'When you start a run that needs approval, you can follow here what becomes of it.',
  },
  history: {
    name: 'History',
    filter: { status: ['APPROVED', 'REJECTED', 'EXPIRED', 'CANCELLED'] },
    empty: 'Nothing was decided yet',
    hint: 'Every approval that is over stays here, with who decided and why.',
  },
}

/** The tab that an address names; the first for any other text. */
export const tabOf = (text: string | undefined): Tab => (text !== undefined && Object.hasOwn(TABS, text) ? (text as Tab) : 'review')
