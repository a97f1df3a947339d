import type { DbClock } from '../clock.ts'
import { monotonic } from '../clock.ts'
import { publicId } from '../domain/ids.ts'
import { secretsOfUrl } from '../domain/mask.ts'
import { NOTICE_ATTEMPTS, NOTICE_PLAN, NOTICE_TIMEOUT_MS, noticeBody, noticeMail } from '../domain/notice.ts'
import { backoffMs } from '../domain/retry.ts'
import { signatureOf } from '../domain/signing.ts'
import type { ClaimedNotice, NoticeOutcome } from '../store/notice-claim.ts'
import { type Vault, VaultError } from '../store/vault.ts'
import { classify } from './classify.ts'
import { MailError, type Mailer } from './mail.ts'
import { createRedact } from './redact.ts'
import { type OutgoingRequest, splitUrl } from './request.ts'
import type { Sender, SendResult } from './send.ts'
import { createSigner } from './sign.ts'

export interface NotifyOptions {
  sender: Sender
  /** Undefined: no mail server is set. */
  mailer: Mailer | undefined
  clock: DbClock
  vault: Vault
  userAgent: string
  /** Address people use; null where none is known: then mails cannot be written. */
  publicUrl: string | null
  /** Default Math.random. */
  random?: () => number
}

/** Makes one attempt of a notice. Never rejects but for a defect. */
export type Notify = (notice: ClaimedNotice) => Promise<NoticeOutcome>

/** Makes the function that delivers notices: webhooks through the guard, signed by the project's key, and mails. */
export function createNotify({ sender, mailer, clock, vault, userAgent, publicUrl, random = Math.random }: NotifyOptions): Notify {
  const signer = createSigner(vault)

  const again = (attempt: number, code: string, error: string): Ended =>
    attempt >= NOTICE_ATTEMPTS
      ? { status: 'FAILED', retryInMs: null, error, code }
      : { status: 'PENDING', retryInMs: backoffMs(attempt, random(), NOTICE_PLAN), error, code }

  async function mail({ id, kind, recipient, attempt, told }: ClaimedNotice): Promise<Ended> {
    if (!mailer || publicUrl === null)
      return again(attempt, 'NO_MAIL_SERVER', 'No mail server, or no public address, is set on this server.')
    const host = new URL(publicUrl).hostname
    try {
      await mailer.send({ to: recipient, ...noticeMail(kind, told, publicUrl), messageId: `<${publicId('notice', id)}@${host}>` })
      return SENT
    } catch (error) {
      if (!(error instanceof MailError)) throw error
      const { code, message } = error
      return error.final ? { status: 'FAILED', retryInMs: null, error: message, code } : again(attempt, code, message)
    }
  }

  /** @throws VaultError */
  function requestOf({ id, kind, recipient, told, signing }: ClaimedNotice): OutgoingRequest {
    const now = clock.now()
    const webhookId = publicId('notice', id)
    const timestamp = Math.floor(now / 1000)
    const body = noticeBody(kind, told, { at: now, publicUrl })
    const { keys } = signer({ projectId: told.projectId, serviceId: null, signing })
    const headers = [
      'content-type',
      'application/json',
      'user-agent',
      userAgent,
      'webhook-id',
      webhookId,
      'webhook-timestamp',
      String(timestamp),
    ]
    if (keys.length > 0) headers.push('webhook-signature', signatureOf(keys, { id: webhookId, timestamp, body }))
    headers.push('idempotency-key', webhookId)
    return { ...splitUrl(recipient), method: 'POST', headers, body }
  }

  async function webhook(notice: ClaimedNotice): Promise<Ended> {
    const { attempt, recipient } = notice
    let request: OutgoingRequest
    try {
      request = requestOf(notice)
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      return again(attempt, 'SECRET_UNREADABLE', `SECRET_UNREADABLE: ${error.message}`)
    }
    const result = await new Promise<SendResult>((done) => sender.send(request, NOTICE_TIMEOUT_MS, done))
    const now = result.finishedAt + clock.now() - monotonic()
    const verdict = classify(result, { attempt, maxAttempts: NOTICE_ATTEMPTS, now, random: random(), retry: NOTICE_PLAN })
    if (verdict.status === 'SUCCEEDED') return SENT
    const { text } = createRedact(() => secretsOfUrl(recipient))
    const code = verdict.errorCode
    const error = text(`${code}: ${verdict.errorMessage}`)
    if (verdict.retryAt === null) return { status: 'FAILED', retryInMs: null, error, code }
    return { status: 'PENDING', retryInMs: Math.max(0, verdict.retryAt - now), error, code }
  }

  return async (notice) => {
    const ended = notice.channel === 'EMAIL' ? await mail(notice) : await webhook(notice)
    return { id: notice.id, attempt: notice.attempt, ...ended }
  }
}

type Ended = Omit<NoticeOutcome, 'id' | 'attempt'>

const SENT: Ended = { status: 'SENT', retryInMs: null, error: null, code: null }
