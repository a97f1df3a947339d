import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as the server took it. */
export interface TakenMail {
  to: string[]
  /** Headers and body as they came. */
  raw: string
  /** The parts, decoded from quoted-printable. */
  text: string
}

/** A real SMTP server on a free port. */
export interface MailServer extends AsyncDisposable {
  /** `smtp://127.0.0.1:<port>` */
  url: string
  mails: TakenMail[]
  /** Connections that were made. */
  connections: number
  /** What it does with a mail. REFUSE: 550 for the recipient; BUSY: 451 after the content; DROP: breaks off in the middle of it. */
  mode: 'ACCEPT' | 'REFUSE' | 'BUSY' | 'DROP'
  close(): Promise<void>
}

export async function startMailServer(): Promise<MailServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onConnect(_, done) {
      mail.connections++
      done()
    },
    onRcptTo(_, __, done) {
      if (mail.mode !== 'REFUSE') return done()
      done(Object.assign(new Error('No such user here'), { responseCode: 550 }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => {
        if (mail.mode === 'DROP') for (const client of server.connections) (client as unknown as { close(): void }).close()
        chunks.push(chunk)
      })
      stream.on('end', () => {
        if (mail.mode === 'BUSY') return done(Object.assign(new Error('Try again later'), { responseCode: 451 }))
        if (mail.mode !== 'ACCEPT') return done(new Error('not taken'))
        const raw = Buffer.concat(chunks).toString()
        mail.mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw, text: unquoted(raw) })
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const mail: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    mails: [],
    connections: 0,
    mode: 'ACCEPT',
    close: () => new Promise((resolve) => server.close(() => resolve())),
    [Symbol.asyncDispose]: () => mail.close(),
  }
  return mail
}

const unquoted = (raw: string) =>
  raw
    .replace(/=\r?\n/g, '')
    .replace(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString())
    .replaceAll('\r\n', '\n')
