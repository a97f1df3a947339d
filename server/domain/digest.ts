import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { ApprovalStage } from './approval-policy.ts'

/** What an approval binds to. */
export interface DigestedRequest {
  /** TypeID. */
  action: string
  method: string
  /** Absolute. */
  url: string
  /** The action's own, names in lower case, `{{secret.NAME}}` as it stands; not those that Docket adds. Null for none. */
  headers: Readonly<Record<string, string>> | null
  body: string | null
  record: { type: string; id: string } | null
  /** Of the policy under which it is approved; null when no approval is wanted. */
  stages: readonly ApprovalStage[] | null
}

/** SHA-256, as hex, of a request as RFC 8785 canonical JSON. */
export function digestOf({ action, method, url, headers, body, record, stages }: DigestedRequest): string {
  const text = canonicalize({
    action,
    method,
    url,
    headers: headers ?? {},
    body,
    record: record && { type: record.type, id: record.id },
    stages: stages?.map(({ level, roleId, required }) => ({ role: level ?? roleId, required })) ?? null,
  })!
  return createHash('sha256').update(text).digest('hex')
}
