import { maskBody, maskText } from '../domain/mask.ts'

/** Of every field that shows a body. */
export const BODY_MASKED = 'Values are masked whose names, or looks, tell of a secret.'

/** Masks a body by names and looks, and wherever it repeats one of `secrets`: those of the request, which strangers must not see either. */
export const maskOptional = (body: string | null | undefined, secrets?: readonly string[]): string | null =>
  body == null ? null : maskBody(body, secrets)

/** The same for a row that tells why a request failed. */
export const maskFailure = <T extends { errorMessage: string | null }>(row: T, secrets: readonly string[]): T => ({
  ...row,
  errorMessage: row.errorMessage && maskText(row.errorMessage, secrets),
})
