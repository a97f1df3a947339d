import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createClient, type DocketClient } from '../sdk/index.ts'
import { LOOPBACK_ALLOW } from './loopback.ts'
import { TEST_SECRET_KEY } from './vault.ts'

/** The real server as a process of its own. */
export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  url: string
  port: number
  /** The admin's API token. */
  token: string
  /** The one-time link from its greeting. */
  signInLink: string
  pid: number
  /** A client of the SDK with the admin's token. */
  client: DocketClient
  /** One operation as the admin; gives its data. An error of it fails the test. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  graphql(query: string, variables?: object): Promise<any>
  /** All that it has printed so far. */
  output(): string
  /** Sends the signal and waits until the process is gone; gives its exit code, or null after a signal. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface ServerOptions {
  /** Address of the database, for example `testDatabase().url`. */
  databaseUrl: string
  /** Default 0: a free one. */
  port?: number
  /** More settings, by the names of their environment variables. */
  env?: Record<string, string>
}

const ADMIN_TOKEN = 'admin-token-of-the-tests-0123456789'
/** A start takes about a second; this much passes only when it hangs. */
const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 45_000

/**
 * Starts `server/main.ts` on the given database with a data folder of its own, and waits until it has greeted.
 * It ends with the test's process at the latest.
 *
 * @throws Error with all that the server printed, when it ends or hangs before it has greeted
 */
export async function startServer({ databaseUrl, port = 0, env = {} }: ServerOptions): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'docket-data-'))
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../server/main.ts')], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      PORT: String(port),
      ADMIN_TOKEN,
      // What a test's own process sealed, this one opens.
      SECRET_KEY: TEST_SECRET_KEY,
      LOG_LEVEL: 'warn',
      EGRESS_ALLOW: LOOPBACK_ALLOW,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const gone = new Promise<number | null>((done) => child.once('close', done)).finally(() => {
    process.removeListener('exit', killWithUs)
    rmSync(dataDir, { recursive: true, force: true })
  })
  const printed = collectOutput(child)
  const signInLink = await printed.match(/Sign in\s+(https?:\/\/\S+)/, gone)
  const { origin, port: opened } = new URL(signInLink)
  const client = createClient({ url: origin, token: ADMIN_TOKEN })

  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    const limit = setTimeout(killWithUs, STOP_LIMIT_MS)
    return gone.finally(() => clearTimeout(limit))
  }
  return {
    url: origin,
    port: Number(opened),
    token: ADMIN_TOKEN,
    signInLink,
    pid: child.pid!,
    client,
    async graphql(query, variables) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
      const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
      const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown }
      assert.equal(errors, undefined, JSON.stringify(errors))
      return data
    },
    output: printed.text,
    stop,
    async [Symbol.asyncDispose]() {
      await client.close()
      await stop()
    },
  }
}

function collectOutput(child: ChildProcess) {
  let text = ''
  let look = () => {}
  const add = (chunk: Buffer) => {
    text += chunk
    look()
  }
  child.stdout!.on('data', add)
  child.stderr!.on('data', add)
  return {
    text: () => text,
    match(pattern: RegExp, gone: Promise<unknown>): Promise<string> {
      return new Promise((found, fail) => {
        const refuse = (why: string) => fail(new Error(`The server ${why}. It printed:\n${text}`))
        const limit = setTimeout(refuse, START_LIMIT_MS, `did not greet within ${START_LIMIT_MS} ms`)
        look = () => {
          const [, hit] = pattern.exec(text) ?? []
          if (!hit) return
          clearTimeout(limit)
          found(hit)
        }
        gone.then((code) => {
          clearTimeout(limit)
          refuse(`ended with ${code} before it had greeted`)
        })
        look()
      })
    },
  }
}
