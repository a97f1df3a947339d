import type { SecretViewFragment } from '../../../sdk/generated/operations.ts'
import { SecretsDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient } from '../live/live.tsx'
import { createPaged } from '../live/paged.ts'

/** More secrets than these are not offered in one go. */
const PAGE_SIZE = 100

/** The secrets of the project, by name; never their values. */
export function createSecrets() {
  const client = useClient()
  return createPaged<SecretViewFragment, undefined>(
    () => undefined,
    (_, after) => ask(client, SecretsDocument, { first: PAGE_SIZE, after }, (data) => data.secrets),
  )
}

/** How a header names a secret. */
export const secretReference = (name: string): string => `{{secret.${name}}}`
