import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPasswords } from './passwords.ts'

const PASSWORD = 'correct horse battery staple'

test('a password is known again by its hash, which differs each time and names its cost', async () => {
  const passwords = createPasswords()
  const [one, two] = await Promise.all([passwords.hash(PASSWORD), passwords.hash(PASSWORD)])
  assert.match(one, /^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
  assert.notEqual(one, two)
  assert.equal(await passwords.verify(PASSWORD, one), true)
  assert.equal(await passwords.verify(`${PASSWORD} `, one), false)
  // Hashed at another cost, by another program (`hashlib.scrypt`).
  const cheap = 'scrypt$10$8$1$c2FsdHNhbHRzYWx0c2FsdA$bHXojks4sm1uMH4CDw9EcLZ_muyLxbYYc9xGzvNAnuQ'
  assert.equal(await passwords.verify(PASSWORD, cheap), true)
})

test('without an account, without a password and with a wrong one the same work is done', async () => {
  const passwords = createPasswords()
  const hash = await passwords.hash(PASSWORD)
  const work = async (password: string | undefined, of: string | null | undefined) => {
    const before = passwords.runs
    assert.equal(await passwords.verify(password, of), false)
    return passwords.runs - before
  }
  assert.deepEqual(
    [await work('wrong', hash), await work(PASSWORD, undefined), await work(PASSWORD, null), await work(undefined, hash)],
    [1, 1, 1, 1],
  )
})

test('two at a time; who comes when sixty wait is sent away', async () => {
  const passwords = createPasswords()
  const hash = 'scrypt$1$1$1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  const answers = Array.from({ length: 62 }, () => passwords.verify(PASSWORD, hash))
  assert.equal(passwords.runs, 2)
  await assert.rejects(passwords.verify(PASSWORD, hash), { code: 'RATE_LIMITED' })
  await Promise.all(answers)
  assert.equal(passwords.runs, 62)
  assert.equal(await passwords.verify(PASSWORD, hash), false)
})
