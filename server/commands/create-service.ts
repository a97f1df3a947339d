import { NAME_CHARACTERS } from '../domain/action.ts'
import { parseText } from '../domain/text.ts'
import { parseBaseUrl } from '../domain/url.ts'
import { newId } from '../new-id.ts'
import { insertService } from '../store/insert-service.ts'
import { newSigningSecret } from '../store/signing-secrets.ts'
import type { CommandContext } from './context.ts'
import { serviceNameTaken } from './service-name.ts'

/**
 * Stores a service: a name for a base URL that actions call. Gives its UUID and its signing secret, which nothing gives again.
 * @throws DocketError BAD_USER_INPUT on `name`, also when it is taken; the URL codes on `baseUrl`
 */
export async function createService(
  { db, projectId, egress }: CommandContext,
  input: { name: string; baseUrl: string; gateway?: boolean | null },
): Promise<{ id: string; signingSecret: string }> {
  const name = parseText(input.name, 'name', NAME_CHARACTERS)
  const baseUrl = parseBaseUrl(input.baseUrl, 'baseUrl', egress)
  const id = newId()
  const { secret, sealed } = newSigningSecret(db.vault, { table: 'services', id })
  const stored = await insertService(db.pool, { id, projectId, name, baseUrl, gateway: input.gateway ?? true, signingSecret: sealed })
  if (!stored) throw serviceNameTaken()
  db.signal.emit('events')
  return { id, signingSecret: secret }
}
