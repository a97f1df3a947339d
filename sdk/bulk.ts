import {
  BulkCancelDocument,
  BulkOperationDocument,
  BulkOperationsDocument,
  BulkRetryDocument,
  InvocationCountDocument,
  type InvocationFilter,
  StatsDocument,
  StopBulkOperationDocument,
} from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.bulk`: many invocations at a time, step by step on the server. */
export function bulkCalls(request: Request) {
  return {
    /** How many a filter matches; 100,000 stands for that many or more. */
    count: async (filter: InvocationFilter = {}) => (await request(InvocationCountDocument, { filter })).invocationCount,
    /** Retries what FAILED, was CANCELLED or MISSED and matches now. Gives the operation as it begins; `get` tells how far it is. */
    retry: async (filter: InvocationFilter) => (await request(BulkRetryDocument, { filter })).bulkRetry,
    /** Cancels what matches now and was not sent. */
    cancel: async (filter: InvocationFilter) => (await request(BulkCancelDocument, { filter })).bulkCancel,
    /** Null when there is none with this id. */
    get: async (id: string) => (await request(BulkOperationDocument, { id })).bulkOperation,
    /** Newest first. */
    list: async (options: PageOptions = {}) => toPage((await request(BulkOperationsDocument, options)).bulkOperations),
    /** It changes nothing any more; the runs that it made go on. */
    stop: async (id: string) => (await request(StopBulkOperationDocument, { id })).stopBulkOperation,
  }
}

/** `client.stats`. */
export function statsCalls(request: Request) {
  return {
    /** The last hours (1–168, default 24) at a glance: how invocations ended, what attempts took, what fails most. */
    stats: async (hours?: number) => (await request(StatsDocument, { hours })).stats,
  }
}
