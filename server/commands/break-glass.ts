import { DocketError } from '../domain/errors.ts'
import { parseText } from '../domain/text.ts'
import type { CommandContext } from './context.ts'

const REASON_LEAST_CHARACTERS = 10
const REASON_CHARACTERS = 1_000

/**
 * Why someone runs without the approval that is wanted; null when nobody does. Only people may, whose role says so: somebody has to answer
 * for it.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `breakGlassReason`
 */
export function parseBreakGlass({ actor, access }: CommandContext, reason: string | null | undefined): string | null {
  if (reason == null) return null
  const text = parseText(reason, 'breakGlassReason', REASON_CHARACTERS)
  if ([...text].length < REASON_LEAST_CHARACTERS) {
    throw new DocketError(
      'BAD_USER_INPUT',
      `breakGlassReason must have at least ${REASON_LEAST_CHARACTERS} characters.`,
      'breakGlassReason',
    )
  }
  if (!access?.breakGlass) {
    throw new DocketError('FORBIDDEN', 'Your role may not run without the approval that is wanted; ask for it and wait.')
  }
  if (actor.kind !== 'USER') throw new DocketError('FORBIDDEN', 'Only people break the glass: sign in as a member.')
  return text
}
