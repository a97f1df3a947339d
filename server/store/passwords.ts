import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { DocketError } from '../domain/errors.ts'

/** OWASP's figures: 32 MiB and about 0.3 s of one core. They are kept with each hash, so that they may rise. */
const COST = { N: 2 ** 15, r: 8, p: 3 }
const MAX_MEMORY_BYTES = 64 * 1024 * 1024
const SALT_BYTES = 16
const KEY_BYTES = 32
/** The threads and the memory are shared with name resolution and the rest of the server. */
const AT_ONCE = 2
/** Whoever is behind so many would wait for ten seconds. */
const WAITING_MOST = 60

/** Hashes passwords by scrypt, two at a time. */
export interface Passwords {
  hash(password: string): Promise<string>
  /**
   * Whether this is the password that was hashed. Without a hash, or without a password, the answer is no and takes the same work, so that
   * nobody learns from the time whether there is an account.
   * @throws DocketError RATE_LIMITED when too many wait already
   */
  verify(password: string | undefined, hash: string | null | undefined): Promise<boolean>
  /** How many times scrypt was run. */
  readonly runs: number
}

/** Makes what hashes and verifies passwords for one server, which counts for itself how many are under way. */
export function createPasswords(): Passwords {
  let runs = 0
  let running = 0
  const waiting: (() => void)[] = []
  const nobody = format(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES))

  async function derive(password: string, salt: Buffer, { N, r, p }: typeof COST): Promise<Buffer> {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING_MOST) throw new DocketError('RATE_LIMITED', 'Too many people are signing in. Try again in a minute.')
      // The place is handed over by who leaves it.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      runs++
      return await new Promise((resolve, reject) =>
        scrypt(password, salt, KEY_BYTES, { N, r, p, maxmem: MAX_MEMORY_BYTES }, (error, key) => (error ? reject(error) : resolve(key))),
      )
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return format(salt, await derive(password, salt, COST))
    },
    async verify(password, hash) {
      const { cost, salt, key } = read(hash ?? nobody)
      const same = timingSafeEqual(await derive(password ?? '', salt, cost), key)
      return same && hash != null && password !== undefined
    },
    get runs() {
      return runs
    },
  }
}

/** `scrypt$15$8$3$<salt>$<key>`: the cost is 2 to that power; base64url. */
const format = (salt: Buffer, key: Buffer): string =>
  `scrypt$${Math.log2(COST.N)}$${COST.r}$${COST.p}$${salt.toString('base64url')}$${key.toString('base64url')}`

function read(hash: string): { cost: typeof COST; salt: Buffer; key: Buffer } {
  const [, power, r, p, salt = '', key = ''] = hash.split('$')
  return {
    cost: { N: 2 ** Number(power), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  }
}
