import { accountCalls } from './account.ts'
import { actionCalls } from './actions.ts'
import { approvalCalls } from './approvals.ts'
import { auditCalls } from './audit.ts'
import { backfillCalls } from './backfills.ts'
import { bulkCalls, statsCalls } from './bulk.ts'
import { calendarCalls } from './calendars.ts'
import { EventsDocument, ReceiptDocument, ViewerDocument } from './generated/operations.ts'
import { grantCalls } from './grants.ts'
import { invocationCalls, sendCalls } from './invocations.ts'
import { concurrencyLimitCalls } from './limits.ts'
import { memberCalls } from './members.ts'
import { type PageOptions, toPage } from './page.ts'
import { projectCalls } from './project.ts'
import { receiptCalls } from './receipts.ts'
import { roleCalls } from './roles.ts'
import { secretCalls } from './secrets.ts'
import { serviceCalls } from './services.ts'
import { signingCalls } from './signing.ts'
import { createSocket } from './socket.ts'
import { tokenCalls } from './tokens.ts'
import { createRequest } from './transport.ts'
import { upcomingCalls } from './upcoming.ts'
import { type WatchApprovalsOptions, watchApprovals } from './watch-approvals.ts'
import { type WatchInvocationsOptions, watchInvocations } from './watch-invocations.ts'
import { receiptToken, type WatchReceiptOptions, watchReceipt } from './watch-receipt.ts'

export type ClientOptions = {
  /** Where Docket answers, for example `http://127.0.0.1:4600`. In a browser it may be `location.origin`. */
  url: string
  /** API token. Without one, calls carry the browser's session cookie. */
  token?: string
  /** Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** WebSocket class. Default: the global one, else that of the package `ws`. */
  webSocketImpl?: unknown
}

export type DocketClient = ReturnType<typeof createClient>

/**
 * The typed way into one Docket server. Every call throws `DocketApiError` with `code` and `field` when it is refused.
 * Opens nothing by itself: calls are single HTTP requests, and one WebSocket serves all watches while there are any.
 */
export function createClient({ url, token, fetch = globalThis.fetch, webSocketImpl }: ClientOptions) {
  const endpoint = `${url.replace(/\/+$/, '')}/graphql`
  const request = createRequest({ endpoint, token, fetch })
  const socket = createSocket({ endpoint, token, webSocketImpl })
  const project = projectCalls(request)
  return {
    /** Any operation of one's own, typed by its document. */
    request,
    account: accountCalls(request),
    actions: actionCalls(request),
    approvals: approvalCalls(request),
    audit: auditCalls(request),
    backfills: backfillCalls(request),
    bulk: bulkCalls(request),
    calendars: calendarCalls(request),
    concurrencyLimits: concurrencyLimitCalls(request),
    grants: grantCalls(request),
    invocations: invocationCalls(request),
    members: memberCalls(request),
    receipts: receiptCalls(request),
    roles: roleCalls(request),
    secrets: secretCalls(request),
    services: serviceCalls(request),
    tokens: tokenCalls(request),
    ...sendCalls(request),
    ...statsCalls(request),
    ...signingCalls(request),
    ...upcomingCalls(request),
    /** Who the token or session is. */
    viewer: async () => (await request(ViewerDocument, {})).viewer,
    ...project,
    /** The public view of one invocation, by its token or address; null when there is none. */
    receipt: async (receipt: string) => (await request(ReceiptDocument, { token: receiptToken(receipt) })).receipt,
    /** The log of changes, oldest first. A cursor from here also serves `watchInvocations`. */
    events: async (options: PageOptions = {}) => toPage((await request(EventsDocument, options)).events),
    /** See `watchInvocations`: every change, in order, each once, across lost connections. */
    watchInvocations: (options?: WatchInvocationsOptions) =>
      watchInvocations(socket, async () => (await project.project()).eventCursor, options),
    /** See `watchApprovals`: every change, in order, each once, across lost connections. */
    watchApprovals: (options?: WatchApprovalsOptions) => watchApprovals(socket, async () => (await project.project()).eventCursor, options),
    /** See `watchReceipt`: the present state, then every change until the final one. */
    watchReceipt: (receipt: string, options?: WatchReceiptOptions) => watchReceipt(socket, receipt, options),
    /** Closes the WebSocket and ends all watches, for good. Single calls still work. */
    close: () => socket.close(),
  }
}
