import assert from 'node:assert/strict'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { ensureBuilt } from '../../scripts/build.ts'
import { type TestDatabase, testDatabase } from '../harness.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium } from './chromium.ts'
import { openContext, picture, sticksOut } from './pages.ts'

/** What a test of the dashboard plays on. */
export interface Stage extends AsyncDisposable {
  database: TestDatabase
  server: TestServer
  receiver: Receiver
  browser: Browser
  /** What the consoles of all pages opened by `openContext` told as errors. */
  complaints: string[]
}

/** A built dashboard, a server with an empty database, a target to call and a browser; all of it is gone with the stage. */
export async function openStage(): Promise<Stage> {
  await ensureBuilt({ web: true, log: () => {} })
  await using opened = new AsyncDisposableStack()
  const receiver = opened.use(await startReceiver())
  const database = opened.use(await testDatabase())
  const server = opened.use(await startServer({ databaseUrl: database.url }))
  const browser = opened.adopt(await launchChromium(), (it) => it.close())
  const all = opened.move()
  return { database, server, receiver, browser, complaints: [], [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** Follows the printed link, and waits for the first page. */
export async function signIn(page: Page, server: TestServer): Promise<void> {
  await page.goto(server.signInLink)
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
}

/** Looks at each page on a phone, in the dark and on a wide screen: nothing may be wider than the window. `shown` waits for what matters. */
export async function fitsEverywhere(
  { browser, server, complaints }: Stage,
  signedIn: BrowserContext,
  pictures: string,
  pages: [what: string, path: string, shown: (page: Page) => Locator][],
): Promise<void> {
  const looks = [
    { name: 'phone', viewport: { width: 360, height: 760 }, colorScheme: 'light' },
    { name: 'dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
    { name: 'wide', viewport: { width: 1600, height: 1000 }, colorScheme: 'light' },
  ] as const
  const storageState = await signedIn.storageState()
  for (const { name, ...options } of looks) {
    const context = await openContext(browser, complaints, { ...options, storageState })
    const page = await context.newPage()
    for (const [what, path, shown] of pages) {
      await page.goto(server.url + path)
      await shown(page).waitFor()
      await picture(page, `${pictures}-${name}-${what}`)
      assert.equal(await sticksOut(page), false, `${what} on ${name}`)
    }
    await context.close()
  }
}
