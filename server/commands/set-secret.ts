import { parseSecretName, parseSecretValue } from '../domain/secret-input.ts'
import { transaction } from '../store/database.ts'
import { putSecret } from '../store/secrets.ts'
import { againAfterRace } from './again-after-race.ts'
import type { CommandContext } from './context.ts'

/**
 * Makes the secret of that name, or gives it another value: what is sent from now on has it, retries of runs that have begun too. Gives its
 * UUID; nothing ever gives the value.
 * @throws DocketError BAD_USER_INPUT on `name` or `value`
 */
export async function setSecret({ db, projectId }: CommandContext, input: { name: string; value: string }): Promise<{ id: string }> {
  const secret = { name: parseSecretName(input.name), value: parseSecretValue(input.value) }
  const id = await againAfterRace(() => transaction(db.pool, (sql) => putSecret(sql, projectId, secret, db.vault)))
  db.signal.emit('events')
  return { id }
}
