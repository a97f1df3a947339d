import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const root = resolve(import.meta.dirname, '..')

/** One thing that is generated, and what it is made from. */
type Product = {
  name: string
  /** Glob patterns of all files whose content decides about the result. */
  inputs: string[]
  /** A file or folder that exists when it was made. */
  output: string
  /** Program and arguments for Node. */
  command: string[]
}

const prismaClient: Product = {
  name: 'Prisma client',
  inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json'],
  output: 'server/store/generated/prisma/client.ts',
  command: ['node_modules/prisma/build/index.js', 'generate'],
}

const dashboard: Product = {
  name: 'dashboard',
  inputs: ['web/**/*.{ts,tsx,css,html,svg,json,woff2,png,ico}', 'sdk/**/*.ts', 'package-lock.json'],
  output: 'web/dist/index.html',
  command: [
    'node_modules/vite/bin/vite.js',
    'build',
    'web',
    '--config',
    'web/vite.config.ts',
    '--configLoader',
    'native',
    '--logLevel',
    'warn',
  ],
}

/**
 * Generates the Prisma client and, with `web`, builds the dashboard. Does nothing for what was made from the same inputs before, so a
 * later start only reads and hashes them (about 10 ms). Several processes may call it at once: they take turns.
 *
 * @throws Error with the program's output when it fails
 */
export async function ensureBuilt({ web, log }: { web: boolean; log: (line: string) => void }): Promise<void> {
  const stale = () => [prismaClient, ...(web ? [dashboard] : [])].filter((product) => !isFresh(product))
  if (stale().length === 0) return
  await using _lock = await takeTurn()
  for (const product of stale()) {
    log(`Building the ${product.name} …`)
    const started = performance.now()
    const hash = hashInputs(product)
    await runNode(product)
    mkdirSync(dirname(stampOf(product)), { recursive: true })
    writeFileSync(stampOf(product), hash)
    log(`Built the ${product.name} in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
  }
}

function isFresh(product: Product): boolean {
  const stamp = stampOf(product)
  return existsSync(join(root, product.output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashInputs(product)
}

const stampOf = (product: Product): string => join(root, '.cache/build', product.name.replaceAll(' ', '-').toLowerCase())

function hashInputs(product: Product): string {
  const hash = createHash('sha256').update(JSON.stringify(product))
  const files = globSync(product.inputs, { cwd: root, exclude: ['web/dist/**', '**/*.test.ts', '**/*.test.tsx'] }).sort()
  for (const file of files) {
    if (statSync(join(root, file)).isFile()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function runNode({ name, command }: Product): Promise<void> {
  return new Promise((done, fail) => {
    const env = { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1', NO_UPDATE_NOTIFIER: '1' }
    const child = spawn(process.execPath, command, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (chunk) => (said += chunk))
    child.stderr.on('data', (chunk) => (said += chunk))
    child.once('error', fail)
    child.once('close', (code, signal) => {
      if (code === 0) done()
      else fail(new Error(`Building the ${name} failed (${command.join(' ')} ended with ${signal ?? code}):\n${said.trim()}`))
    })
  })
}

/** A lock file with the process id of its holder; one whose holder is gone does not count. */
async function takeTurn(): Promise<AsyncDisposable> {
  const file = join(root, '.cache/build.lock')
  mkdirSync(dirname(file), { recursive: true })
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return { [Symbol.asyncDispose]: async () => rmSync(file, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (!isHeld(file)) rmSync(file, { force: true })
    await delay(100)
  }
}

function isHeld(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // Empty for the moment between its creation and the write.
    return pid === 0 || (process.kill(pid, 0) as boolean)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

if (import.meta.main) await ensureBuilt({ web: true, log: (line) => console.log(line) })
