import { NAME_CHARACTERS } from '../domain/action.ts'
import { DocketError } from '../domain/errors.ts'
import { parseText } from '../domain/text.ts'
import { createToken } from '../store/api-tokens.ts'
import type { CommandContext } from './context.ts'

/** `expiresAt`: RFC 3339 or a Date, in the future; absent = never. */
export interface CreateApiTokenInput {
  name: string
  expiresAt?: string | Date | null
}

/**
 * Makes an API token of the caller's project. Gives its UUID and, this once, its text.
 * @throws DocketError BAD_USER_INPUT on `name` or `expiresAt`
 */
export async function createApiToken(
  { db, projectId }: CommandContext,
  input: CreateApiTokenInput,
  now = Date.now(),
): Promise<{ id: string; token: string }> {
  const name = parseText(input.name, 'name', NAME_CHARACTERS)
  const expiresAt = input.expiresAt == null ? null : new Date(input.expiresAt)
  if (expiresAt && !(expiresAt.getTime() > now)) throw new DocketError('BAD_USER_INPUT', 'expiresAt must lie in the future.', 'expiresAt')
  return createToken(db, { projectId, name, expiresAt })
}
