import { createCipheriv, createDecipheriv, createHash, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'

/**
 * Keeps secrets at rest: AES-256-GCM with a random 96-bit IV for each value, the key derived from SECRET_KEY. The written form is
 * `v1:<key id>:<iv>:<ciphertext>:<tag>`, in base64url.
 */
export interface Vault {
  /** `place` names the table, column and row; a value that is moved to another one does not open. */
  seal(place: string, text: string): string
  /** @throws VaultError when the value was not sealed for that place, or by a key that is not known here */
  open(place: string, sealed: string): string
  /** Names the key that seals. */
  readonly keyId: string
  /** Names of all keys that open. */
  readonly keyIds: readonly string[]
}

export class VaultError extends Error {
  override readonly name = 'VaultError'
}

const IV_BYTES = 12
const TAG_BYTES = 16
/** Of the parts as they are written. */
const KEY_ID_CHARACTERS = 8
const IV_CHARACTERS = 16
const TAG_CHARACTERS = 22

/** `previous` is the key before a rotation: it opens and no longer seals. */
export function createVault({ secretKey, previous }: { secretKey: string; previous?: string | undefined }): Vault {
  const keys = new Map([...(previous === undefined ? [] : [previous]), secretKey].map((key) => [idOf(key), derive(key)]))
  const keyId = idOf(secretKey)
  const current = keys.get(keyId)!
  return {
    keyId,
    keyIds: [...keys.keys()],
    seal(place, text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(Buffer.from(`${place}:${keyId}`))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `v1:${keyId}:${iv.toString('base64url')}:${sealed.toString('base64url')}:${cipher.getAuthTag().toString('base64url')}`
    },
    open(place, sealed) {
      const [version, id, iv, text, tag, more] = sealed.split(':')
      if (
        version !== 'v1' ||
        id?.length !== KEY_ID_CHARACTERS ||
        iv?.length !== IV_CHARACTERS ||
        tag?.length !== TAG_CHARACTERS ||
        more !== undefined
      ) {
        throw new VaultError('The stored secret is not in the form that Docket writes.')
      }
      const key = keys.get(id)
      if (!key) throw new VaultError(`The stored secret was sealed with the key ${id}, which is not the present SECRET_KEY.`)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(`${place}:${id}`)).setAuthTag(Buffer.from(tag, 'base64url'))
        const opened = decipher.update(Buffer.from(text!, 'base64url'))
        decipher.final()
        return opened.toString()
      } catch {
        throw new VaultError('The stored secret was changed, or belongs to another row.')
      }
    },
  }
}

/** The name of a key, which tells nothing about it. */
const idOf = (secretKey: string): string =>
  createHash('sha256')
    .update(Buffer.from(hkdfSync('sha256', secretKey, '', 'docket vault key id', 32)))
    .digest('hex')
    .slice(0, 8)

/** As a key object, with which OpenSSL takes a quarter of the time that it needs with the bytes. */
const derive = (secretKey: string): KeyObject => createSecretKey(Buffer.from(hkdfSync('sha256', secretKey, '', 'docket vault', 32)))
