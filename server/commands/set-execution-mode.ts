import type { ExecutionMode } from '../domain/execution-mode.ts'
import { parseNote } from '../domain/text.ts'
import { transaction } from '../store/database.ts'
import { setExecutionMode as setStored } from '../store/execution-mode.ts'
import { againAfterRace } from './again-after-race.ts'
import type { CommandContext } from './context.ts'

/**
 * Sets what of the project runs; does nothing when it is so already. Stopping ends no request that is under way. The note is kept in the event.
 * @throws DocketError BAD_USER_INPUT on `note`
 */
export async function setExecutionMode({ db, projectId }: CommandContext, mode: ExecutionMode, note?: string | null): Promise<void> {
  const text = parseNote(note)
  const changed = await againAfterRace(() => transaction(db.pool, (sql) => setStored(sql, projectId, mode, text)))
  if (!changed) return
  db.signal.emit('events')
  db.signal.emit('due')
}
