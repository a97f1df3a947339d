import { publicId } from '../domain/ids.ts'
import { parseSecretName, parseSecretValue } from '../domain/secret-input.ts'
import { audited } from '../store/audited.ts'
import { putSecret } from '../store/secrets.ts'
import { againAfterRace } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Makes the secret of that name, or gives it another value: what is sent from now on has it, retries of runs that have begun too. Gives its
 * UUID; nothing ever gives the value.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `name` or `value`
 */
export async function setSecret(ctx: CommandContext, input: { name: string; value: string }): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const secret = { name: parseSecretName(input.name), value: parseSecretValue(input.value) }
  const id = await againAfterRace(() =>
    audited(ctx, async (sql, note) => {
      const { id, isNew } = await putSecret(sql, projectId, secret, db.vault)
      const object = { type: 'secret', id: publicId('secret', id) }
      note({ verb: isNew ? 'secret.created' : 'secret.updated', object, after: { name: secret.name } })
      return id
    }),
  )
  db.signal.emit('events')
  return { id }
}
