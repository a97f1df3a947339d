import { headersPlace } from './action-headers.ts'
import { AUDIT_KEY_PLACE } from './audit-key.ts'
import { RECEIPT_KEY_PLACE } from './receipt-key.ts'
import { secretPlace } from './secrets.ts'
import { type SigningOwner, signingPlace } from './signing-secrets.ts'

export const SEALED_KINDS = ['headers', 'secrets', 'signingSecrets', 'receiptKeys', 'auditKeys'] as const
/** What a sealed value is, for who counts them. */
export type SealedKind = (typeof SEALED_KINDS)[number]

/** A column that holds sealed values. */
export interface SealedColumn {
  kind: SealedKind
  table: string
  column: string
  /** Column that tells the rows apart, its type and the smallest value. */
  id: string
  type: 'uuid' | 'text'
  first: string
  /** Column that tells apart the rows of one id. */
  version: string | null
  /** SQL: which rows hold one. */
  where: string
  /** Where the value of that row stands, for the vault. */
  place(id: string): string
}

const UUIDS = { id: 'id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000', version: null, where: 'true' } as const

const signing = (table: SigningOwner['table'], column: string): SealedColumn => ({
  ...UUIDS,
  kind: 'signingSecrets',
  table,
  column,
  place: (id) => signingPlace({ table, id }),
})

/** What the installation keeps under a name. */
const noted = (kind: SealedKind, name: string, place: string): SealedColumn => ({
  kind,
  table: 'installation',
  column: 'value',
  id: 'name',
  type: 'text',
  first: '',
  version: null,
  where: `name = '${name}'`,
  place: () => place,
})

const HEADERS: Pick<SealedColumn, 'kind' | 'column' | 'place'> = { kind: 'headers', column: 'headers', place: headersPlace }

/** Those that were plain JSON before there was a vault. An edit of an action copies its headers into its versions, so those come after it. */
export const HEADER_COLUMNS: readonly SealedColumn[] = [
  { ...UUIDS, ...HEADERS, table: 'actions' },
  { ...UUIDS, ...HEADERS, table: 'action_versions', id: 'action_id', version: 'version' },
]

/** Few rows each. */
export const SMALL_COLUMNS: readonly SealedColumn[] = [
  { ...UUIDS, kind: 'secrets', table: 'secrets', column: 'value', place: secretPlace },
  signing('services', 'signing_secret'),
  signing('services', 'previous_signing_secret'),
  signing('projects', 'signing_secret'),
  signing('projects', 'previous_signing_secret'),
  noted('receiptKeys', 'receipt-key', RECEIPT_KEY_PLACE),
  noted('auditKeys', 'audit-key', AUDIT_KEY_PLACE),
]
