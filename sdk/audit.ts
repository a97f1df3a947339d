import { type AuditFilter, AuditLogDocument, AuditVerificationDocument } from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.audit`: who did what, and what came of it. For admins. */
export function auditCalls(request: Request) {
  return {
    /** Newest first. */
    list: async (options: PageOptions & { filter?: AuditFilter } = {}) => toPage((await request(AuditLogDocument, options)).auditLog),
    /**
     * Computes every hash anew; takes seconds where there are many entries.
     * @param options.anchor hash of an anchor that was published: it must be among the server's
     */
    verify: async (options: { anchor?: string } = {}) => (await request(AuditVerificationDocument, options)).auditVerification,
  }
}
