import { checkHeaderValues } from '../domain/headers.ts'
import { secretsOf } from '../domain/mask.ts'
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
export type Sealed = SignedBy & Pick<Running, 'actionId' | 'headers' | 'secrets'>

/** Sets of headers that are kept open, for actions that run often. */
const KEPT = 256

/**
 * Opens what a request is made of.
 * @throws UnsendableError SECRET_UNKNOWN for a secret that does not exist (any more), INVALID_REQUEST for values that no header can carry,
 *   SECRET_UNREADABLE when something was sealed by a key that this server does not have
 */
export function createOpener(vault: Vault): (sealed: Sealed) => Opened {
  const signer = createSigner(vault)
  const redactSigning = createMemoOf((signing: SigningKeys) => createRedact(signing.secrets))
  const known = createMemo<Opened & { of: string }>(KEPT)
  const open = (run: Sealed): Opened => {
    const signing = signer(run)
    if (run.headers === null) return { headers: null, signing, redact: redactSigning(signing) }
    const of = run.secrets === null ? '' : JSON.stringify(run.secrets)
    const kept = known.get(run.headers)
    if (kept && kept.of === of && kept.signing === signing) return kept
    const own = openHeaders(vault, run.actionId, run.headers)
    const values = openSecrets(vault, secretNames(own), run.secrets)
    const headers = own && fillIn(own, values)
    const redact = createRedact([...values.values(), ...secretsOf(headers), ...signing.secrets])
    const opened = { headers, signing, redact, of }
    known.set(run.headers, opened)
    return opened
  }
  return (run) => {
    try {
      return open(run)
    } catch (error) {
      throw error instanceof VaultError ? new UnsendableError('SECRET_UNREADABLE', `The request cannot be sent: ${error.message}`) : error
    }
  }
}

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

/** For keys that live as long as what is remembered of them. */
function createMemoOf<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>()
  return (key) => {
    const kept = known.get(key)
    if (kept !== undefined) return kept
    const made = make(key)
    known.set(key, made)
    return made
  }
}
