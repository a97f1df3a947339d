import {
  CallbackDocument,
  CancelDocument,
  InvocationDocument,
  type InvocationFilter,
  InvocationsDocument,
  RetryCallbackDocument,
  RetryDocument,
  type RetryMutationVariables,
  SendDocument,
  type SendInput,
  SendManyDocument,
} from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.invocations`: the runs. */
export function invocationCalls(request: Request) {
  return {
    /** Null when there is none with this id. */
    get: async (id: string) => (await request(InvocationDocument, { id })).invocation,
    /** Newest first. */
    list: async (options: PageOptions & { filter?: InvocationFilter } = {}) =>
      toPage((await request(InvocationsDocument, options)).invocations),
    /** Succeeds and nothing is sent, or throws `INVALID_TRANSITION`: too late. */
    cancel: async (id: string) => (await request(CancelDocument, { invocationId: id })).cancel,
    /** A new invocation with the same request, or with another `body`, linked by `retryOf`. Only for one that ended without success. */
    retry: async (id: string, options: Omit<RetryMutationVariables, 'invocationId'> = {}) =>
      (await request(RetryDocument, { invocationId: id, ...options })).retry,
    /** What became of telling its end to the action's `callbackUrl`, with every attempt. Null before its end, and without a `callbackUrl`. */
    callback: async (id: string) => (await request(CallbackDocument, { invocationId: id })).invocation?.callback ?? null,
    /** Sends a callback that FAILED again. */
    retryCallback: async (id: string) => (await request(RetryCallbackDocument, { invocationId: id })).retryCallback.callback,
  }
}

/** `client.send` and `client.sendMany`: single HTTP requests without an action made beforehand. */
export function sendCalls(request: Request) {
  return {
    /**
     * One HTTP request, now or at `scheduledAt`. `idempotencyKey` makes it safe to call again when no answer came, `dedupe` makes one run of
     * requests that mean the same, `waitSeconds` (up to 120) answers when the run has ended.
     */
    send: async (input: SendInput) => (await request(SendDocument, { input })).send,
    /** Up to 1,000 in one transaction; each item has its invocation or its error. */
    sendMany: async (inputs: SendInput[]) => (await request(SendManyDocument, { inputs })).sendMany,
  }
}
