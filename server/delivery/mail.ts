import { createTransport } from 'nodemailer'
import { NOTICE_TIMEOUT_MS } from '../domain/notice.ts'

/** The operator's mail server: SMTP_URL and MAIL_FROM. */
export interface SmtpSettings {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  url: string
  /** Address that mails come from. */
  from: string
}

export interface OutgoingMail {
  to: string
  subject: string
  text: string
  html: string
  /** The same on each attempt, so that a mail that came twice is known as one. */
  messageId: string
}

/** A mail that was not accepted. */
export class MailError extends Error {
  override readonly name = 'MailError'
  readonly code: string
  /** The server refuses this recipient for good. */
  readonly final: boolean

  constructor(code: string, message: string, final: boolean) {
    super(`${code}: ${message}`)
    this.code = code
    this.final = final
  }
}

export interface Mailer {
  /** Resolves when the server has accepted the mail. @throws MailError */
  send(mail: OutgoingMail): Promise<void>
}

/** For each answer of the server; all of them together have NOTICE_TIMEOUT_MS. */
const ANSWER_TIMEOUT_MS = 10_000
const MESSAGE_CHARACTERS = 300

/** Sends mails through the operator's server, each over a connection of its own: they are few, and one that was kept may be gone. */
export function createMailer({ url, from }: SmtpSettings): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: ANSWER_TIMEOUT_MS,
    greetingTimeout: ANSWER_TIMEOUT_MS,
    socketTimeout: ANSWER_TIMEOUT_MS,
    dnsTimeout: ANSWER_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const password = decodeURIComponent(URL.parse(url)?.password ?? '')
  return {
    async send(mail) {
      let timer: NodeJS.Timeout | undefined
      const deadline = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new MailError('TIMEOUT', 'The mail server did not answer in time.', false)), NOTICE_TIMEOUT_MS)
      })
      try {
        await Promise.race([transport.sendMail({ ...mail, from, headers: { 'Auto-Submitted': 'auto-generated' } }), deadline])
      } catch (error) {
        throw error instanceof MailError ? error : refused(error as SmtpError, password)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

interface SmtpError extends Error {
  code?: string
  /** Of the server's answer. */
  responseCode?: number
  response?: string
}

function refused({ code = 'SMTP', responseCode, response, message }: SmtpError, password: string): MailError {
  const said = (response ?? message).replace(/\s+/g, ' ')
  const text = password === '' ? said : said.replaceAll(password, '***')
  // A wrong password or a full mailbox may be put right; an address that the server does not know stays unknown.
  return new MailError(code, text.slice(0, MESSAGE_CHARACTERS), code === 'EENVELOPE' && responseCode !== undefined && responseCode >= 500)
}
