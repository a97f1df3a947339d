import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { parseAllowEntry } from './domain/egress-allow.ts'
import { parseRetentionDays, type RetentionDays } from './domain/retention.ts'

/** Every setting of the process, parsed. The only place that knows the names of the environment variables. */
export type Config = {
  /** Port to listen on; 0 lets the system choose a free one. */
  port: number
  host: string
  /** PostgreSQL server to use; undefined means the embedded one in `dataDir`. */
  databaseUrl: string | undefined
  /** Absolute path. */
  dataDir: string
  adminToken: string | undefined
  secretKey: string | undefined
  /** The secret key before a rotation: it still opens what it sealed. */
  previousSecretKey: string | undefined
  cronSecret: string | undefined
  /** Start of the names of the headers Docket adds, without the final dash. */
  headerPrefix: string
  /** Internal hosts that deliveries may reach: CIDR, address, name or name:port. */
  egressAllow: string[]
  /** Module that registers code handlers. */
  handlers: string | undefined
  scheduler: 'in-process' | 'external' | 'off'
  /** Address people and receipts use, without a trailing slash; undefined means host and port (see `publicUrl`). */
  publicUrl: string | undefined
  retentionDays: RetentionDays
  /** The OpenID Connect provider by which members may sign in. */
  oidc: { issuer: string; clientId: string; clientSecret: string; name: string } | undefined
  /** Where mail is sent; without it none is. The URL may hold a password. */
  smtp: { url: string; from: string } | undefined
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
}

/** Thrown once for all wrong settings together; the message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(
      `${mistakes.length === 1 ? 'One setting is' : `${mistakes.length} settings are`} wrong:\n${mistakes.map((line) => `  ${line}`).join('\n')}`,
    )
    this.mistakes = mistakes
  }
}

/**
 * Parses all settings. An empty value counts as not set.
 *
 * @throws ConfigError with every mistake: name, what it got (never the text of a secret), what it expects
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given: Record<string, string> = {}
  for (const name of Object.keys(settings)) {
    const value = env[name]?.trim()
    if (value) given[name] = value
  }
  const parsed = schema.safeParse(given)
  const mistakes = parsed.success ? [] : parsed.error.issues.map((issue) => describe(String(issue.path[0]), given, issue.message))
  if (given.DATABASE_URL && !given.SECRET_KEY) {
    mistakes.push(
      describe('SECRET_KEY', given, `${SECRET_EXPECTED}, because DATABASE_URL is set and all servers on one database need the same key`),
    )
  }
  mistakes.push(...missing(OIDC, given), ...missing(SMTP, given))
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes)
  const value = parsed.data
  return {
    port: value.PORT,
    host: value.HOST,
    databaseUrl: value.DATABASE_URL,
    dataDir: resolve(value.DATA_DIR),
    adminToken: value.ADMIN_TOKEN,
    secretKey: value.SECRET_KEY,
    previousSecretKey: value.SECRET_KEY_PREVIOUS,
    cronSecret: value.CRON_SECRET,
    headerPrefix: value.HEADER_PREFIX,
    egressAllow: value.EGRESS_ALLOW,
    handlers: value.HANDLERS,
    scheduler: value.SCHEDULER,
    publicUrl: value.PUBLIC_URL,
    retentionDays: value.RETENTION_DAYS,
    oidc:
      value.OIDC_ISSUER && value.OIDC_CLIENT_ID && value.OIDC_CLIENT_SECRET
        ? {
            issuer: value.OIDC_ISSUER,
            clientId: value.OIDC_CLIENT_ID,
            clientSecret: value.OIDC_CLIENT_SECRET,
            name: value.OIDC_NAME ?? OIDC_NAME,
          }
        : undefined,
    smtp: value.SMTP_URL && value.MAIL_FROM ? { url: value.SMTP_URL, from: value.MAIL_FROM } : undefined,
    logLevel: value.LOG_LEVEL,
  }
}

/**
 * The address to print and to put into links: PUBLIC_URL, else http://host:port.
 * A wildcard host cannot be opened in a browser, so it becomes `localhost`.
 *
 * @param port the port that is really open, which differs from the setting when that is 0
 */
export function publicUrl(config: Pick<Config, 'publicUrl' | 'host'>, port: number): string {
  if (config.publicUrl) return config.publicUrl
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}

/** Settings that mean something together only: each of the first, once any of all is there. */
interface Group {
  needed: readonly string[]
  others: readonly string[]
}
const OIDC: Group = { needed: ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'], others: ['OIDC_NAME'] }
const SMTP: Group = { needed: ['SMTP_URL', 'MAIL_FROM'], others: [] }
/** What the button says unless the operator names his provider. */
const OIDC_NAME = 'OpenID Connect'

function missing({ needed, others }: Group, given: Record<string, string>): string[] {
  const there = [...needed, ...others].find((name) => given[name])
  return there ? needed.filter((name) => !given[name]).map((name) => describe(name, given, `a value, because ${there} is set`)) : []
}

const SECRET_EXPECTED = 'at least 32 characters, for example the output of `openssl rand -hex 32`'

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= max, `a whole number from ${min} to ${max}`)
    .transform(Number)

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}` })

const secret = z.string().min(32, SECRET_EXPECTED)

const settings = {
  PORT: wholeNumber(0, 65_535).prefault('4600'),
  HOST: z
    .string()
    .refine((text) => isIP(text) > 0 || isHostName(text), 'an IP address or a host name')
    .prefault('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .refine((text) => urlWith(text, ['postgres:', 'postgresql:']), 'a URL such as postgresql://user:password@host:5432/docket')
    .optional(),
  DATA_DIR: z
    .string()
    .refine((text) => !text.includes('\0'), 'the path of a folder')
    .prefault('./data'),
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'at least 16 printable characters without spaces')
    .optional(),
  SECRET_KEY: secret.optional(),
  SECRET_KEY_PREVIOUS: secret.optional(),
  CRON_SECRET: secret.optional(),
  HEADER_PREFIX: z
    .string()
    .regex(
      /^[!#$%&'*+.^_`|~0-9A-Za-z-]{0,39}[!#$%&'*+.^_`|~0-9A-Za-z]$/,
      'the start of a header name such as X-Forte, at most 40 characters, no final dash',
    )
    .prefault('X-Forte'),
  EGRESS_ALLOW: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((entry) => entry.trim())
        .filter(Boolean),
    )
    .refine(
      (entries) => entries.every((entry) => parseAllowEntry(entry) !== undefined),
      'a comma-separated list of CIDR, address, name or name:port, such as 10.0.0.0/8,billing:8080',
    )
    .prefault(''),
  HANDLERS: z.string().optional(),
  SCHEDULER: oneOf(['in-process', 'external', 'off']).prefault('in-process'),
  PUBLIC_URL: z
    .string()
    .refine(
      (text) => urlWith(text, ['http:', 'https:']) && !/[?#]/.test(text),
      'an http or https URL without query, such as https://docket.example.com',
    )
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  RETENTION_DAYS: z
    .string()
    .transform((text, { addIssue }) => {
      const days = parseRetentionDays(text)
      if (!('expected' in days)) return days
      addIssue(days.expected)
      return z.NEVER
    })
    .prefault('90'),
  OIDC_ISSUER: z
    .string()
    .refine(isIssuer, 'an https URL without query, such as https://login.example.com (http only for this machine)')
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(60, 'at most 60 characters').optional(),
  SMTP_URL: z
    .string()
    .refine(
      (text) => urlWith(text, ['smtp:', 'smtps:']) && URL.parse(text)!.hostname !== '',
      'a URL such as smtps://user:password@mail.example.com:465',
    )
    .optional(),
  MAIL_FROM: z
    .string()
    .refine(
      (text) => text.length <= 320 && /^(?:[^\p{Cc}<>"]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u.test(text),
      'an address such as Docket <docket@example.com>',
    )
    .optional(),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).prefault('info'),
}
const schema = z.object(settings)

const secrets = new Set(['ADMIN_TOKEN', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'CRON_SECRET', 'OIDC_CLIENT_SECRET'])

function describe(name: string, given: Record<string, string>, expected: string): string {
  return `${name}: got ${shown(name, given[name])}, expected ${expected}`
}

function shown(name: string, value: string | undefined): string {
  if (value === undefined) return 'nothing'
  if (secrets.has(name)) return `${value.length} characters`
  const text = name === 'DATABASE_URL' || name === 'SMTP_URL' ? value.replace(/:[^:@/]*@/, ':***@') : value
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

function urlWith(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text)
  return url !== null && protocols.includes(url.protocol)
}

/** An issuer is compared letter by letter with what the provider says of itself. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || /[?#]/.test(text) || url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
}

function isHostName(text: string): boolean {
  return text.length <= 253 && /^(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?$/.test(text)
}
