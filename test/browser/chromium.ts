import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const root = resolve(import.meta.dirname, '../..')
const packageFolder = join(root, 'node_modules/@sparticuz/chromium')

/** Root needs it, and so do containers without user namespaces; the pages are our own. */
const SANDBOX = ['--no-sandbox']
/** Nothing may go to the network but what the page asks for. */
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-domain-reliability', '--no-pings']
/** Containers give /dev/shm 64 MiB; the same picture on every machine. */
const STEADY = ['--disable-dev-shm-usage', '--disable-gpu', '--force-color-profile=srgb']

/**
 * Starts the Chromium that comes inside `@sparticuz/chromium`. On a machine without the libraries it needs (libnss3, libexpat), it gets
 * those of the package.
 */
export async function launchChromium(): Promise<Browser> {
  const home = await unpacked()
  const options = { executablePath: join(home, 'chromium'), args: [...SANDBOX, ...QUIET, ...STEADY] }
  try {
    return await chromium.launch(options)
  } catch (error) {
    if (!/error while loading shared libraries/.test((error as Error).message)) throw error
    return chromium.launch({ ...options, env: { ...process.env, LD_LIBRARY_PATH: join(home, 'al2023', 'lib') } as Record<string, string> })
  }
}

/**
 * The package unpacks itself once, which takes about two seconds. Left alone it uses a fixed name in the folder for temporary files,
 * where another user's, an older version's or a half-written one may lie; so it gets a folder of its own that is renamed when whole.
 */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  const home = join(root, '.cache', `chromium-${version}`)
  if (existsSync(home)) return home
  mkdirSync(join(root, '.cache'), { recursive: true })
  const draft = mkdtempSync(`${home}-`)
  const { TMPDIR } = process.env
  try {
    process.env.TMPDIR = draft
    const { default: packaged, inflate } = await import('@sparticuz/chromium')
    await packaged.executablePath()
    await inflate(join(packageFolder, 'bin', 'al2023.tar.br'))
    renameSync(draft, home)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(home)) throw error
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
  return home
}
