import type { ServerResponse } from 'node:http'
import { DocketError, type ErrorCode } from '../domain/errors.ts'

/** A refusal of the HTTP request itself, before anything of its content is looked at. */
export class HttpRefusal extends Error {
  readonly status: number
  readonly code: ErrorCode

  constructor(status: number, message: string, code: ErrorCode = 'BAD_USER_INPUT') {
    super(message)
    this.name = 'HttpRefusal'
    this.status = status
    this.code = code
  }
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}

/** Answers a refusal in the shape of GraphQL, which clients of every endpoint here can read. */
export function refuse(response: ServerResponse, status: number, code: ErrorCode, message: string, field?: string): void {
  answerJson(response, status, { errors: [{ message, extensions: { code, ...(field !== undefined && { field }) } }] })
}

const STATUS: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404, RATE_LIMITED: 429 }

/** Status, code and sentence of an expected refusal; undefined for a defect. */
export function refusalOf(error: unknown): { status: number; code: ErrorCode; message: string; field?: string } | undefined {
  if (error instanceof HttpRefusal) return { status: error.status, code: error.code, message: error.message }
  if (error instanceof DocketError)
    return { status: STATUS[error.code] ?? 400, code: error.code, message: error.message, field: error.field }
  return undefined
}
