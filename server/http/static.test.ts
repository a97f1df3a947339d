import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createDashboard } from './static.ts'

const folder = mkdtempSync(join(tmpdir(), 'docket-dist-'))
const PAGE = '<!doctype html><script>theme()</script><script type="module" src="/assets/a.js"></script><p>Docket'
mkdirSync(join(folder, 'assets'))
writeFileSync(join(folder, 'index.html'), PAGE)
writeFileSync(join(folder, 'assets/a.js'), 'run()')
const dashboard = createDashboard(folder)
const server = createServer((request, response) =>
  request.url === '/r/unknown' ? dashboard.page(request, response, 404) : dashboard.serve(request, response),
)
let url: string

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true })
})

test('every address without a file is the page', async () => {
  for (const path of ['/', '/index.html', '/actions/act_1', '/sign-in', '/actions?search=a.b']) {
    const response = await fetch(url + path)
    assert.deepEqual([response.status, await response.text()], [200, PAGE], path)
    assert.equal(response.headers.get('cache-control'), 'no-cache')
  }
  const unknown = await fetch(`${url}/r/unknown`)
  assert.deepEqual([unknown.status, await unknown.text()], [404, PAGE])
})

test('files whose names hold their hash are kept for ever; a missing one is no page', async () => {
  const file = await fetch(`${url}/assets/a.js`)
  assert.deepEqual([file.status, await file.text()], [200, 'run()'])
  assert.match(file.headers.get('cache-control')!, /immutable/)
  assert.equal((await fetch(`${url}/assets/gone.js`)).status, 404)
})

test('nothing outside the folder is served', async () => {
  for (const path of ['/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%5c..%5cindex.html', '/%00.js', '/%ff.js']) {
    const response = await fetch(url + path)
    assert.ok(response.status === 404 || (await response.text()) === PAGE, path)
  }
})

test('scripts in the page itself are named by their hash', () => {
  assert.deepEqual(dashboard.inlineScripts, [`sha256-${createHash('sha256').update('theme()').digest('base64')}`])
})
