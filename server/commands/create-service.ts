import { NAME_CHARACTERS } from '../domain/action.ts'
import { publicId } from '../domain/ids.ts'
import { maskUrl } from '../domain/mask.ts'
import { parseText } from '../domain/text.ts'
import { parseBaseUrl } from '../domain/url.ts'
import { newId } from '../new-id.ts'
import { audited } from '../store/audited.ts'
import { insertService } from '../store/insert-service.ts'
import { newSigningSecret } from '../store/signing-secrets.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { serviceNameTaken } from './service-name.ts'

/**
 * Stores a service: a name for a base URL that actions call. Gives its UUID and its signing secret, which nothing gives again.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `name`, also when it is taken; the URL codes on `baseUrl`
 */
export async function createService(
  ctx: CommandContext,
  input: { name: string; baseUrl: string; gateway?: boolean | null },
): Promise<{ id: string; signingSecret: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId, egress } = ctx
  const name = parseText(input.name, 'name', NAME_CHARACTERS)
  const baseUrl = parseBaseUrl(input.baseUrl, 'baseUrl', egress)
  const id = newId()
  const { secret, sealed } = newSigningSecret(db.vault, { table: 'services', id })
  const gateway = input.gateway ?? true
  await audited(ctx, async (sql, note) => {
    const stored = await insertService(sql, { id, projectId, name, baseUrl, gateway, signingSecret: sealed })
    if (!stored) throw serviceNameTaken()
    const object = { type: 'service', id: publicId('service', id) }
    note({ verb: 'service.created', object, after: { name, baseUrl: maskUrl(baseUrl), gateway } })
  })
  db.signal.emit('events')
  return { id, signingSecret: secret }
}
