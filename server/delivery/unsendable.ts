import type { SendResult } from './send.ts'

/** A request that cannot be made, so that nothing was sent. */
export class UnsendableError extends Error {
  override readonly name = 'UnsendableError'
  readonly code: 'SECRET_UNKNOWN' | 'SECRET_UNREADABLE' | 'INVALID_REQUEST'

  /** @param message a whole sentence without any secret */
  constructor(code: UnsendableError['code'], message: string) {
    super(message)
    this.code = code
  }

  /** Trying again would end the same way. Another server may know the key that this one lacks. */
  get final(): boolean {
    return this.code !== 'SECRET_UNREADABLE'
  }
}

/** What comes of a request that was not even begun. */
export const unsent = (failure: UnsendableError, now: number): SendResult => ({
  startedAt: now,
  finishedAt: now,
  response: undefined,
  failure,
  left: false,
  phases: [null, null, null, null, null, null],
  failedPhase: null,
})
