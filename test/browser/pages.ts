import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

/** One picture of each step, to look at after a failure. */
const pictures = resolve(import.meta.dirname, '../results/browser')
/** Longer than any step takes on a busy machine. */
const STEP_MS = 20_000

/** A browser of its own in Berlin. What its pages complain of in the console is added to `complaints`. */
export async function openContext(browser: Browser, complaints: string[], options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...options,
  })
  context.setDefaultTimeout(STEP_MS)
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => {
    // The browser also reports each refused request, such as the preview of a wrong schedule.
    if (message.type() === 'error' && !message.text().includes('status of 400')) complaints.push(message.text())
  })
  return context
}

/** Keeps the whole page as `<name>.png`; of a page under a dialog only what the window shows. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  const fullPage = !(await page.getByRole('dialog').isVisible())
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage })
}

export const goTo = (page: Page, words: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: words }).click()

/** The state of the invocation or receipt that the page shows. */
export const status = (page: Page, words: string) => page.getByRole('status').filter({ hasText: new RegExp(`^${words}$`) })

/** Whether something is wider than the window. */
export const sticksOut = (page: Page): Promise<boolean> => page.evaluate('document.documentElement.scrollWidth > innerWidth')
