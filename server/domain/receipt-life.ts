import { DocketError } from './errors.ts'

const DAY_MS = 86_400_000
/** Life of a receipt that nobody changed. */
const RECEIPT_DAYS = 30
/** The longest that a receipt may be renewed for. */
const RECEIPT_DAYS_MAX = 365

/** What was changed about a receipt; null = it is as it came to be. */
export type ReceiptTerms = { version: number; expiresAt: Date | null; revokedAt: Date | null } | null

/** The run that a receipt shows. */
export interface ReceiptRun {
  createdAt: Date
  /** When it was, or is, to run. */
  sortAt: Date
  receipt: ReceiptTerms
}

/** When a receipt ends: 30 days after the run was made, or after its time when that is later, unless it was renewed. */
export function receiptExpiresAt({ createdAt, sortAt, receipt }: ReceiptRun): Date {
  return receipt?.expiresAt ?? new Date(Math.max(createdAt.getTime(), sortAt.getTime()) + RECEIPT_DAYS * DAY_MS)
}

/** Whether the address with this version shows the receipt at `now` (epoch ms). */
export function isReceiptOpen(run: ReceiptRun, version: number, now: number): boolean {
  return version === versionOf(run.receipt) && !run.receipt?.revokedAt && now < receiptExpiresAt(run).getTime()
}

/** The version of the address that counts. */
export const versionOf = (receipt: ReceiptTerms): number => receipt?.version ?? 0

/**
 * The end of a receipt that is renewed at `now`, epoch ms.
 * @param days default 30
 * @throws DocketError BAD_USER_INPUT on `days`
 */
export function renewedUntil(days: number | null | undefined, now: number): number {
  const given = days ?? RECEIPT_DAYS
  if (!Number.isInteger(given) || given < 1 || given > RECEIPT_DAYS_MAX) {
    throw new DocketError('BAD_USER_INPUT', `days must be a whole number from 1 to ${RECEIPT_DAYS_MAX}.`, 'days')
  }
  return now + given * DAY_MS
}
