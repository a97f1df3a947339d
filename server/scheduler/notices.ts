import type { DbClock } from '../clock.ts'
import type { Guard } from '../delivery/guard.ts'
import { createMailer, type SmtpSettings } from '../delivery/mail.ts'
import { createNotify } from '../delivery/notify.ts'
import { createSender } from '../delivery/send.ts'
import { ASKING } from '../domain/notice.ts'
import type { Log } from '../log.ts'
import { readApprovableRuns } from '../store/approval-run.ts'
import { readRights } from '../store/approver-rights.ts'
import type { Database } from '../store/database.ts'
import { type ClaimedNotice, claimNotices, dropMails, dropNotice, interruptedNotice, settleNotice } from '../store/notice-claim.ts'
import { type Loop, startLoop } from './loop.ts'

/** Tells people and programs of approvals. Any number of servers may do so at once; nothing here holds an approval up. */
export interface Notices {
  /** Claims nothing more; resolves when what is under way has ended, or the signal aborts. What is cut off is tried again by another server. */
  stop(deadline: AbortSignal): Promise<void>
}

export interface NoticesOptions {
  db: Database
  log: Log
  clock: DbClock
  guard: Guard
  userAgent: string
  /** Undefined: nobody gets mails. */
  smtp: SmtpSettings | undefined
  publicUrl: string | null
}

const LOOK_EVERY_MS = 500
const LEAST_MS = 50
/** Under way at one time: of a mail server, and of all receivers of webhooks together. */
const AT_ONCE = { EMAIL: 4, WEBHOOK: 32 } as const
/** So that a receiver which never answers leaves room for others. */
const PER_ORIGIN = 4
const DROP_EVERY_MS = 60_000

type Channel = ClaimedNotice['channel']

export function startNotices({ db, log, clock, guard, userAgent, smtp, publicUrl }: NoticesOptions): Notices {
  const { pool, vault } = db
  const sender = createSender({ connectionsPerOrigin: PER_ORIGIN, guard })
  const notify = createNotify({ sender, mailer: smtp && createMailer(smtp), clock, vault, userAgent, publicUrl })
  const running = new Set<Promise<void>>()

  /** Conditions are asked now; the rest was known when it was written. */
  async function isWanted({ channel, kind, userId, told }: ClaimedNotice): Promise<boolean> {
    if (channel !== 'EMAIL' || userId === null || !ASKING.includes(kind)) return true
    const run = (await readApprovableRuns(pool, [told.invocationId], { hold: false })).get(told.invocationId)
    return run !== undefined && (await readRights(pool)(userId, run))?.approve === true
  }

  async function deliver(notice: ClaimedNotice): Promise<void> {
    try {
      if (!notice.overdue && !(await isWanted(notice))) return await dropNotice(pool, notice)
      const outcome = notice.overdue ? interruptedNotice(notice) : await notify(notice)
      if (outcome.status === 'FAILED') log.warn({ notice: notice.id, channel: notice.channel, error: outcome.error }, 'gave up a notice')
      await settleNotice(db, notice, outcome)
    } catch (error) {
      // Its lease runs out, and it is tried again.
      log.warn({ err: error, notice: notice.id }, 'could not deliver a notice')
    }
  }

  const loopOf = (channel: Channel): Loop => {
    let underWay = 0
    const loop: Loop = startLoop({
      name: channel === 'EMAIL' ? 'sending mails' : 'sending webhooks of approvals',
      log,
      leastMs: LEAST_MS,
      async round() {
        const limit = AT_ONCE[channel] - underWay
        if (limit === 0) return LOOK_EVERY_MS
        const notices = await claimNotices(pool, { channel, limit })
        for (const notice of notices) {
          underWay++
          const work = deliver(notice).finally(() => {
            if (underWay-- === AT_ONCE[channel]) loop.wake()
            running.delete(work)
          })
          running.add(work)
        }
        return notices.length === limit ? 0 : LOOK_EVERY_MS
      },
    })
    return loop
  }

  const loops = [
    loopOf('WEBHOOK'),
    smtp
      ? loopOf('EMAIL')
      : startLoop({ name: 'removing mails', log, leastMs: LEAST_MS, round: () => dropMails(pool).then(() => DROP_EVERY_MS) }),
  ]

  return {
    async stop(deadline) {
      await Promise.all(loops.map((loop) => loop.stop()))
      const aborted = new Promise<void>((resolve) => {
        if (deadline.aborted) resolve()
        else deadline.addEventListener('abort', () => resolve(), { once: true })
      })
      await Promise.race([Promise.all(running), aborted])
      await sender.close()
    },
  }
}
