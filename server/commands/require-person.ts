import { DocketError } from '../domain/errors.ts'
import type { CommandContext } from './context.ts'

/**
 * The UUID of the person who is signed in: for what nobody does for someone else, whatever rights he has.
 * @throws DocketError FORBIDDEN for an API token, also one that acts for a person
 */
export function requirePerson({ actor }: CommandContext): string {
  if (actor.kind === 'USER' && actor.id !== null) return actor.id
  throw new DocketError('FORBIDDEN', 'Only a person who is signed in may do this, not an API token.')
}
