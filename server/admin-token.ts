import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { tokenText } from './domain/token.ts'
import { addAdminToken, hasAdminToken } from './store/api-tokens.ts'
import type { Database } from './store/database.ts'
import { keptText } from './store/kept-text.ts'

/**
 * Provides the first way in: the setting ADMIN_TOKEN, else the token kept in `DATA_DIR/admin-token`, made on the first start.
 * A server that joins a database whose admin token lies elsewhere makes none. A kept token that was revoked stays revoked.
 *
 * @returns the token if this start made it, and the file that keeps it
 */
export async function provideAdminToken(
  db: Database,
  projectId: string,
  config: Pick<Config, 'adminToken' | 'dataDir'>,
): Promise<{ made: string | undefined; file: string | undefined }> {
  if (config.adminToken) {
    await addAdminToken(db, projectId, config.adminToken, { revive: true })
    return { made: undefined, file: undefined }
  }
  const file = join(config.dataDir, 'admin-token')
  if (!existsSync(file) && (await hasAdminToken(db, projectId))) return { made: undefined, file: undefined }
  const { text, made } = keptText(file, () => tokenText(randomBytes(32)))
  await addAdminToken(db, projectId, text)
  return { made: made ? text : undefined, file }
}
