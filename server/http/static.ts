import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'
import { refuse } from './answer.ts'

/** The built dashboard. */
export interface Dashboard {
  /** Hashes for the Content-Security-Policy of the scripts that stand in the page itself. */
  inlineScripts: string[]
  /** A file of the dashboard, else its page, which finds out itself what an address means. */
  serve(request: IncomingMessage, response: ServerResponse): void
  /** The dashboard's page with a status of its own. */
  page(request: IncomingMessage, response: ServerResponse, status: number): void
}

/** `folder` is what Vite built. Without it every page says so, and the API works all the same. */
export function createDashboard(folder: string): Dashboard {
  const index = join(folder, 'index.html')
  if (!existsSync(index)) return notBuilt
  const html = readFileSync(index)
  const files = sirv(folder, {
    etag: true,
    setHeaders(response, path) {
      // Vite puts a hash of the content into these names.
      response.setHeader('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const page: Dashboard['page'] = ({ method }, response, status) => {
    if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-cache')
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'content-length': html.length })
    response.end(method === 'HEAD' ? undefined : html)
  }
  return {
    inlineScripts: [...html.toString().matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
      ([, script]) => `sha256-${createHash('sha256').update(script!).digest('base64')}`,
    ),
    page,
    serve(request, response) {
      const isPage = (request.headers.accept ?? '').includes('text/html') || !/\.\w+$/.test(request.url!.split('?', 1)[0]!)
      const missing = () => (isPage ? page(request, response, 200) : refuse(response, 404, 'NOT_FOUND', 'There is nothing here.'))
      files(request, response, missing)
    },
  }
}

const notBuilt: Dashboard = {
  inlineScripts: [],
  serve: (request, response) => notBuilt.page(request, response, 503),
  page(_, response, status) {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
    response.end('The dashboard is not built. Run "npm run build" and start again.\n')
  },
}
