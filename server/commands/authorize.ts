import { type Capability, requireCapability } from '../domain/access.ts'
import type { CommandContext } from './context.ts'

/**
 * The first line of every command.
 * @throws DocketError FORBIDDEN when the caller's role, or the scopes of his token, do not reach
 */
export function authorize({ access }: CommandContext, capability: Capability): void {
  if (access) requireCapability(access, capability)
}
