import { maskBody, maskText } from '../domain/mask.ts'

/** Strangers see receipts, so bodies are masked by names and looks too, and wherever the target repeats a secret of the request. */
export const maskOptional = (body: string | null | undefined, secrets: readonly string[]): string | null =>
  body == null ? null : maskBody(body, secrets)

/** The same for a row that tells why a request failed. */
export const maskFailure = <T extends { errorMessage: string | null }>(row: T, secrets: readonly string[]): T => ({
  ...row,
  errorMessage: row.errorMessage && maskText(row.errorMessage, secrets),
})
