import { type SigningKey, signingKeyOf } from '../domain/signing.ts'
import type { Signing } from '../store/mark-running.ts'
import { signingPlace } from '../store/signing-secrets.ts'
import type { Vault } from '../store/vault.ts'
import { createMemo } from './memo.ts'

/** Whose secrets sign: those of the service, and of the project where the target is a URL. */
export interface SignedBy {
  projectId: string
  serviceId: string | null
  signing: Signing
}

export interface SigningKeys {
  /** For `signatureOf`: the present one and, during a rotation, the one before it. */
  keys: readonly SigningKey[]
  /** The same as texts, which must not go on record. */
  secrets: readonly string[]
}

/** Projects and services whose keys are kept open. */
const KEPT = 2_000

/** Opens the signing secrets of what is sent. @throws VaultError */
export function createSigner(vault: Vault): (by: SignedBy) => SigningKeys {
  const opened = createMemo<SigningKeys>(KEPT)
  return ({ projectId, serviceId, signing: { current, previous } }) => {
    if (current === null) return NONE
    // Each sealed text occurs in one place only, and does not open in another.
    const name = previous === null ? current : `${current} ${previous}`
    const known = opened.get(name)
    if (known) return known
    const place = signingPlace(serviceId === null ? { table: 'projects', id: projectId } : { table: 'services', id: serviceId })
    const texts = (previous === null ? [current] : [current, previous]).map((sealed) => vault.open(place, sealed))
    const keys = { keys: texts.map(signingKeyOf), secrets: texts.flatMap(spellings) }
    opened.set(name, keys)
    return keys
  }
}

const NONE: SigningKeys = { keys: [], secrets: [] }

/** Without the prefix and the padding, which may be missing; in both alphabets. */
function spellings(secret: string): string[] {
  const key = secret.slice('whsec_'.length).replace(/=+$/, '')
  return [key, key.replaceAll('+', '-').replaceAll('/', '_')]
}
