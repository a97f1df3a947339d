import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OidcSettings } from '../server/auth/oidc-provider.ts'
import { createForwarder } from '../server/delivery/forward.ts'
import { createGuard } from '../server/delivery/guard.ts'
import { type App, createApp } from '../server/http/app.ts'
import { createLive } from '../server/live/live.ts'
import { createLog, type Log } from '../server/log.ts'
import { createToken } from '../server/store/api-tokens.ts'
import { type Database, openDatabase } from '../server/store/database.ts'
import { ensureDefaultProject } from '../server/store/projects.ts'
import { testDatabase } from './harness.ts'
import { LOOPBACK } from './loopback.ts'
import { testVault } from './vault.ts'

export interface GraphqlAnswer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  data?: any
  errors?: { message: string; path?: unknown[]; extensions: { code: string; field?: string; errorId?: string } }[]
}

/** The API on a port and a database of its own, without scheduler: what is due stays due. */
export interface ApiServer extends AsyncDisposable {
  url: string
  app: App
  db: Database
  projectId: string
  /** The admin's API token. */
  token: string
  /** The statements of Prisma since the last call. */
  statements(): string[]
  /** One operation as the admin; `headers` replaces the authorization. */
  graphql(query: string, variables?: object, headers?: Record<string, string>): Promise<GraphqlAnswer>
}

interface ApiOptions {
  log?: Log
  publicUrl?: string
  /** How many callers may wait for the end of a run at a time. */
  waitingMost?: number
  oidc?: OidcSettings
}

export async function startApi({ log = createLog('silent'), publicUrl, waitingMost, oidc }: ApiOptions = {}): Promise<ApiServer> {
  const database = await testDatabase()
  const db = openDatabase(database.url, log, { vault: testVault(), logQueries: true })
  let statements: string[] = []
  db.prisma.$on('query' as never, ({ query }: { query: string }) => statements.push(query))
  const projectId = await ensureDefaultProject(db)
  const { token } = await createToken(db, { projectId, name: 'admin' })
  const live = createLive({ db, log })
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = {
    publicUrl: publicUrl ?? url,
    secretKey: 'a secret key of the tests, 32 or more',
    headerPrefix: 'X-Forte',
    egress: LOOPBACK,
    waitingMost,
    oidc,
  }
  const { forward, close } = createForwarder({ guard: createGuard({ rules: LOOPBACK }) })
  const app = createApp({ db, live, log, config, forward })
  server.on('request', app.handleRequest)
  server.on('upgrade', app.handleUpgrade)
  return {
    url,
    app,
    db,
    projectId,
    token,
    statements() {
      const seen = statements
      statements = []
      return seen
    },
    async graphql(query, variables, headers = { authorization: `Bearer ${token}` }) {
      const body = JSON.stringify({ query, variables })
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
      return { status: response.status, ...((await response.json()) as object) }
    },
    async [Symbol.asyncDispose]() {
      await app.close()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await close()
      await live.close()
      await db.close()
      await database[Symbol.asyncDispose]()
    },
  }
}
