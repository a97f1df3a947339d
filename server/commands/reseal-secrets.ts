import { DocketError } from '../domain/errors.ts'
import { audited } from '../store/audited.ts'
import { type RekeyedStep, type RekeyPlace, rekeyStep } from '../store/rekey.ts'
import { againAfterRace } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

export type ResealedStep = Omit<RekeyedStep, 'next'> & {
  /** For the next call; null at the end of a pass. */
  cursor: string | null
}

/**
 * Does one step of sealing everything by the present SECRET_KEY, in all projects; `after` is the cursor of the step before. What is sealed
 * stays the same, so the note is written after the step: in one transaction with it, the actions would be locked for all of it.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `after`
 */
export async function resealSecrets(ctx: CommandContext, after?: string | null): Promise<ResealedStep> {
  authorize(ctx, 'ADMINISTER')
  const place = after == null ? null : placeIn(after)
  const { next, ...step } = await againAfterRace(() => rekeyStep(ctx.db, place))
  const { counts, unreadable, clean } = step
  const resealed = Object.values(counts).reduce((sum, count) => sum + count, 0)
  await audited(ctx, async (_, note) => note({ verb: 'secrets.resealed', data: { resealed, unreadable, clean } }))
  return { ...step, cursor: next && cursorOf(next) }
}

const cursorOf = ({ column, id, version, resealed }: RekeyPlace): string =>
  Buffer.from(`reseal ${column} ${id} ${version} ${resealed}`).toString('base64url')

function placeIn(cursor: string): RekeyPlace {
  const [, column, id, version, resealed] = PLACE.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id === undefined) throw new DocketError('BAD_USER_INPUT', 'after must be a cursor that resealSecrets gave out.', 'after')
  return { column: Number(column), id, version: Number(version), resealed: Number(resealed) }
}

/** The last column has names for ids, and begins with an empty one. */
const PLACE = /^reseal (\d) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z-]*) (-1|\d{1,9}) (\d{1,12})$/
