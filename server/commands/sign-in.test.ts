import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { builtInRole } from '../store/find-role.ts'
import { insertMember, setDisabled } from '../store/memberships.ts'
import { createPasswords } from '../store/passwords.ts'
import { createLink, findSession } from '../store/sessions.ts'
import { insertUser } from '../store/users.ts'
import { signInByLink, signInByPassword } from './sign-in.ts'

const PASSWORD = 'correct horse battery staple'

async function member({ db, projectId }: Workspace, email: string, passwordHash: string | null): Promise<string> {
  const { id } = await insertUser(db.pool, { name: email, email, passwordHash })
  await insertMember(db.pool, projectId, id, await builtInRole(db.pool, projectId, 'VIEWER'))
  return id
}

test('whether an account is there makes no difference in the work that a sign-in does', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const passwords = createPasswords()
  await member(workspace, 'ana@example.com', await passwords.hash(PASSWORD))
  await member(workspace, 'sso@example.com', null)
  const tries = [
    { email: 'ana@example.com', password: 'a guess at hers' },
    { email: 'nobody@example.com', password: 'a guess at hers' },
    { email: 'sso@example.com', password: 'a guess at hers' },
    { email: 'no address', password: 'a guess at hers' },
    { email: 'ana@example.com', password: 'x'.repeat(900) },
  ]
  for (const given of tries) {
    const before = passwords.runs
    await assert.rejects(signInByPassword(db, passwords, given, {}), {
      code: 'UNAUTHENTICATED',
      message: 'The e-mail address or the password is wrong.',
    })
    assert.equal(passwords.runs - before, 1, given.email)
  }
  const secret = await signInByPassword(db, passwords, { email: ' ANA@example.com', password: PASSWORD }, {})
  assert.equal((await findSession(db, secret))?.userName, 'ana@example.com')
})

test('who knows the password and is disabled everywhere is told so, and goes where he is not', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const passwords = createPasswords()
  const id = await member(workspace, 'ana@example.com', await passwords.hash(PASSWORD))
  await setDisabled(db.pool, projectId, id, true)
  const signIn = () => signInByPassword(db, passwords, { email: 'ana@example.com', password: PASSWORD }, {})
  await assert.rejects(signIn(), { code: 'FORBIDDEN' })
  const other = crypto.randomUUID()
  await db.pool.query("insert into projects (id, name, created_at) values ($1, 'other', now())", [other])
  await insertMember(db.pool, other, id, await builtInRole(db.pool, other, 'MANAGER'))
  const session = await findSession(db, await signIn())
  assert.deepEqual([session?.projectId, session?.access.level], [other, 'MANAGER'])
})

test('two links at once make one administrator', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const links = await Promise.all([1, 2, 3].map(() => createLink(db, projectId)))
  await Promise.all(links.map((link) => signInByLink(db, link, {})))
  assert.equal(await db.prisma.user.count(), 1)
  assert.equal(await db.prisma.session.count({ where: { kind: 'BROWSER', endedAt: null } }), 3)
})
