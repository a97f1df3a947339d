import { checkHeaderValues } from '../domain/headers.ts'
import { SECRET_CHARACTERS, secretsOf, secretsOfBody, secretsOfUrl, shortestSecret } from '../domain/mask.ts'
import { openHeaders, SECRET_REFERENCE, secretNames } from '../store/action-headers.ts'
import type { Running } from '../store/mark-running.ts'
import { secretPlace } from '../store/secrets.ts'
import { type Vault, VaultError } from '../store/vault.ts'
import { createMemo } from './memo.ts'
import { createRedact, type Redact } from './redact.ts'
import { createSigner, type SignedBy, type SigningKeys } from './sign.ts'
import { UnsendableError } from './unsendable.ts'

/** What is sealed of a request, opened. */
export interface Opened {
  /** With the values of the secrets that they name. */
  headers: Record<string, string> | null
  signing: SigningKeys
  /** For what comes back. */
  redact: Redact
}

/** What is sealed of a request. */
export type Sealed = SignedBy & Pick<Running, 'actionId' | 'url' | 'headers' | 'body' | 'secrets'>

/** Sets of headers that are kept open, for actions that run often. */
const KEPT = 256
/** Larger ones, sealed and open, are opened each time, so that what is kept stays within some MiB. */
const KEPT_CHARACTERS = 4 * 1024

/**
 * Opens what a request is made of.
 * @throws UnsendableError SECRET_UNKNOWN for a secret that does not exist (any more), INVALID_REQUEST for values that no header can carry,
 *   SECRET_UNREADABLE when something was sealed by a key that this server does not have
 */
export function createOpener(vault: Vault): (sealed: Sealed) => Opened {
  const signer = createSigner(vault)
  const known = createMemo<Known>(KEPT)
  const unnamed = new WeakMap<SigningKeys, Known>()
  const open = (run: Sealed): Opened => {
    const signing = signer(run)
    const of = run.secrets === null ? '' : JSON.stringify(run.secrets)
    const before = run.headers === null ? unnamed.get(signing) : known.get(run.headers)
    const same = before?.of === of && before.signing === signing ? before : undefined
    if (same && same.url === run.url && same.body === run.body) return same
    const opened = { ...(same ?? openOwn(vault, run, signing)), url: run.url, body: run.body, of, signing }
    const kept = {
      ...opened,
      redact: createRedact(
        () => [...opened.secrets(), ...secretsOfUrl(run.url), ...secretsOfBody(run.body)],
        // The values of named secrets may be as short as they like.
        () => (run.secrets === null ? shortestSecret(opened.headers, run.url, run.body) : SECRET_CHARACTERS),
      ),
    }
    if (sizeOf(kept) + (run.headers?.length ?? 0) > KEPT_CHARACTERS) return kept
    if (run.headers === null) unnamed.set(signing, kept)
    else known.set(run.headers, kept)
    return kept
  }
  return (run) => {
    try {
      return open(run)
    } catch (error) {
      throw error instanceof VaultError ? new UnsendableError('SECRET_UNREADABLE', `The request cannot be sent: ${error.message}`) : error
    }
  }
}

/** Opened for a request; the next one with the same headers may have another URL and body. */
interface Known extends Opened {
  /** What its headers name, sealed. */
  of: string
  /** What must not come back, apart from what its URL and body hold. */
  secrets: () => string[]
  url: string
  body: string | null
}

function openOwn(vault: Vault, run: Sealed, signing: SigningKeys): Pick<Known, 'headers' | 'secrets'> {
  const own = openHeaders(vault, run.actionId, run.headers)
  const values = openSecrets(vault, secretNames(own), run.secrets)
  const headers = own && fillIn(own, values)
  return { headers, secrets: () => [...values.values(), ...secretsOf(headers), ...signing.secrets] }
}

const sizeOf = ({ headers, url, body }: Pick<Known, 'headers' | 'url' | 'body'>): number =>
  Object.values(headers ?? {}).reduce((sum, { length }) => sum + length, url.length + (body?.length ?? 0))

function openSecrets(vault: Vault, names: readonly string[] | null, sealed: Running['secrets']): Map<string, string> {
  const values = new Map<string, string>()
  for (const name of names ?? []) {
    const found = sealed && Object.hasOwn(sealed, name) ? sealed[name] : undefined
    if (!found) throw new UnsendableError('SECRET_UNKNOWN', `A header names the secret ${name}, which does not exist; nothing was sent.`)
    const [id, value] = found
    values.set(name, vault.open(secretPlace(id), value))
  }
  return values
}

function fillIn(headers: Record<string, string>, values: ReadonlyMap<string, string>): Record<string, string> {
  if (values.size === 0) return headers
  const filled = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(SECRET_REFERENCE, (_, secret) => values.get(secret)!)]),
  )
  const mistake = checkHeaderValues(filled)
  if (mistake) throw new UnsendableError('INVALID_REQUEST', `The request cannot be sent: with its secrets, ${mistake}`)
  return filled
}
