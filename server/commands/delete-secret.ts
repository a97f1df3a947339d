import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { deleteStoredSecret, lockSecret, usersOfSecret } from '../store/secrets.ts'
import { againAfterRace } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Deletes a secret that no action names, and no run that is not over. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; INVALID_TRANSITION while actions or such runs name it
 */
export async function deleteSecret(ctx: CommandContext, secretId: string): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const id = internalId('secret', secretId)
  await againAfterRace(() =>
    audited(ctx, async (sql, note) => {
      const name = await lockSecret(sql, projectId, id)
      if (name === undefined) throw notFound('Secret')
      const users = await usersOfSecret(sql, projectId, name)
      if (users.count > 0) throw inUse(users)
      await deleteStoredSecret(sql, id)
      note({ verb: 'secret.deleted', object: { type: 'secret', id: secretId }, before: { name } })
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
