import { createHash } from 'node:crypto'

/** What is stored of a token, session or sign-in link: SHA-256, which is enough for 256 random bits. */
export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest()
