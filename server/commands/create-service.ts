import { NAME_CHARACTERS } from '../domain/action.ts'
import { DocketError } from '../domain/errors.ts'
import { parseText } from '../domain/text.ts'
import { parseBaseUrl } from '../domain/url.ts'
import { insertService } from '../store/insert-service.ts'
import type { CommandContext } from './context.ts'

/**
 * Stores a service: a name for a base URL that actions call. Gives its UUID.
 * @throws DocketError BAD_USER_INPUT on `name`, also when it is taken; the URL codes on `baseUrl`
 */
export async function createService({ db, projectId }: CommandContext, input: { name: string; baseUrl: string }): Promise<{ id: string }> {
  const name = parseText(input.name, 'name', NAME_CHARACTERS)
  const id = await insertService(db.pool, { projectId, name, baseUrl: parseBaseUrl(input.baseUrl) })
  if (!id) throw new DocketError('BAD_USER_INPUT', 'The project already has a service of this name; choose another one.', 'name')
  db.signal.emit('events')
  return { id }
}
