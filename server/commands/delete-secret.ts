import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { transaction } from '../store/database.ts'
import { deleteStoredSecret, lockSecret, usersOfSecret } from '../store/secrets.ts'
import { againAfterRace } from './again-after-race.ts'
import type { CommandContext } from './context.ts'

/**
 * Deletes a secret that no action names, and no run that is not over. Gives its UUID.
 * @throws DocketError NOT_FOUND; INVALID_TRANSITION while actions or such runs name it
 */
export async function deleteSecret({ db, projectId }: CommandContext, secretId: string): Promise<{ id: string }> {
  const id = internalId('secret', secretId)
  await againAfterRace(() =>
    transaction(db.pool, async (sql) => {
      const name = await lockSecret(sql, projectId, id)
      if (name === undefined) throw notFound('Secret')
      const users = await usersOfSecret(sql, projectId, name)
      if (users.count > 0) throw inUse(users)
      await deleteStoredSecret(sql, id)
    }),
  )
  db.signal.emit('events')
  return { id }
}

function inUse({ count, first }: { count: number; first: string[] }): DocketError {
  const more = count > first.length ? ` and ${count - first.length} more` : ''
  const who = `${first.map((name) => JSON.stringify(name)).join(', ')}${more}`
  return new DocketError(
    'INVALID_TRANSITION',
    `The headers of ${who} name this secret, or runs of them that are not over do; change them, or wait for the end of their runs, before you delete it.`,
  )
}
