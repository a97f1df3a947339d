import { notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { parseOverlap } from '../domain/signing.ts'
import { audited } from '../store/audited.ts'
import { newSigningSecret, replaceSigningSecret, type SigningOwner } from '../store/signing-secrets.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

export interface RotatedSecret {
  /** `whsec_…`: this answer is the only one that has it. */
  secret: string
  /** Null: the one before is not valid any more. */
  previousValidUntil: Date | null
}

/**
 * Gives a service, or without `serviceId` the project, a new signing secret. The one before it signs too for `overlapSeconds` (default 24 h,
 * 0 to 30 days).
 * @throws DocketError FORBIDDEN; NOT_FOUND on `serviceId`; BAD_USER_INPUT on `overlapSeconds`
 */
export async function rotateSigningSecret(
  ctx: CommandContext,
  serviceId?: string | null,
  overlapSeconds?: number | null,
): Promise<RotatedSecret> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const overlap = parseOverlap(overlapSeconds)
  const owner: SigningOwner =
    serviceId == null ? { table: 'projects', id: projectId } : { table: 'services', id: internalId('service', serviceId, 'serviceId') }
  const { secret, sealed } = newSigningSecret(db.vault, owner)
  const rotated = await audited(ctx, async (sql, note) => {
    const rotated = await replaceSigningSecret(sql, projectId, owner, { sealed, overlapSeconds: overlap })
    if (!rotated) throw notFound('Service', 'serviceId')
    const type = owner.table === 'projects' ? 'project' : 'service'
    note({ verb: 'signing.rotated', object: { type, id: publicId(type, owner.id) }, data: { previousValidUntil: rotated.previousUntil } })
    return rotated
  })
  db.signal.emit('events')
  return { secret, previousValidUntil: rotated.previousUntil }
}
