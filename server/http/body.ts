import type { IncomingMessage } from 'node:http'
import { HttpRefusal } from './answer.ts'

/** How much of a refused body is still taken in, so that the sender gets to read the answer instead of a broken pipe. */
const DRAINED_BYTES = 64 * 1024 * 1024
const DRAIN_MS = 5_000

/**
 * The body, at most `limit` bytes.
 * @throws HttpRefusal 413 as soon as more is announced or arrives; 415 when it is compressed, as a small one could unpack to gigabytes
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    drain(request)
    throw new HttpRefusal(415, 'A compressed request body is not accepted.')
  }
  const tooLarge = () => {
    drain(request)
    return new HttpRefusal(413, `The request body must be at most ${limit / 1024} KiB.`)
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const take = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limit) return chunks.push(chunk)
      request.off('data', take)
      return reject(tooLarge())
    }
    request.on('data', take)
    request.once('end', () => resolve(Buffer.concat(chunks, Math.min(bytes, limit))))
    // After the end this changes nothing any more; before it, the sender is gone and nobody reads the answer.
    request.once('close', () => reject(new HttpRefusal(400, 'The request body ended too early.')))
    request.once('error', () => reject(new HttpRefusal(400, 'The request body ended too early.')))
  })
}

/** A JSON body. @throws HttpRefusal 415 for another content type, 413, 400 for what is not JSON */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  requireJson(request)
  const text = (await readBody(request, limit)).toString()
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpRefusal(400, 'The request body is not JSON.')
  }
}

/**
 * @throws HttpRefusal 415 unless the content type is application/json: forms and plain text are what a page of another site can send
 * without asking first
 */
export function requireJson(request: IncomingMessage): void {
  const type = /^[^;]*/
    .exec(request.headers['content-type'] ?? '')![0]
    .trim()
    .toLowerCase()
  if (type === 'application/json') return
  drain(request)
  throw new HttpRefusal(415, 'Send application/json.')
}

function drain(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), DRAIN_MS).unref()
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > DRAINED_BYTES) request.destroy()
  })
  request.once('close', () => clearTimeout(timer))
}
