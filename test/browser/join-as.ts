import assert from 'node:assert/strict'
import type { BrowserContext } from 'playwright-core'
import { openContext } from './pages.ts'
import type { Stage } from './stage.ts'

/** Invites someone as a member with a built-in role; gives a browser of their own in which they are signed in. */
export async function joinAs(
  { server, browser, complaints }: Stage,
  name: string,
  level: 'VIEWER' | 'OPERATOR' | 'MANAGER' | 'ADMIN',
): Promise<BrowserContext> {
  const { roles } = await server.graphql('{ roles { id level builtIn } }')
  const role = (roles as { id: string; level: string; builtIn: boolean }[]).find((each) => each.builtIn && each.level === level)
  const { url } = await server.client.members.invite(`${name.toLowerCase()}@example.com`, role!.id)
  const context = await openContext(browser, complaints)
  const answer = await context.request.post(`${server.url}/auth/accept-invite`, {
    headers: { 'x-requested-by': 'dashboard' },
    data: { secret: new URL(url).hash.slice(1), name, password: `the password of ${name}` },
  })
  assert.ok(answer.ok(), await answer.text())
  return context
}
