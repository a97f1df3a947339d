import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'

/** A person, as signing in needs him. */
export interface User {
  id: string
  email: string | null
  name: string
  passwordHash: string | null
  oidcIssuer: string | null
  oidcSubject: string | null
}

/** Who someone is at an OpenID Connect provider. */
export interface OidcIdentity {
  issuer: string
  subject: string
}

/** By one of its keys. `email` must be in lower case. `lock`: until the transaction ends. */
export async function findUser(
  sql: Sql,
  by: { id: string } | { email: string } | OidcIdentity,
  { lock = false } = {},
): Promise<User | undefined> {
  const [where, values] =
    'id' in by
      ? ['id = $1', [by.id]]
      : 'email' in by
        ? ['lower(email) = $1 and email is not null', [by.email]]
        : ['oidc_issuer = $1 and oidc_subject = $2', [by.issuer, by.subject]]
  const { rows } = await sql.query<User>(`select ${COLUMNS} from users where ${where}${lock ? ' for update' : ''}`, values)
  return rows[0]
}

export interface NewUser {
  name: string
  email?: string | null
  passwordHash?: string | null
  oidc?: OidcIdentity | null
}

/** @throws the unique violation of an e-mail or identity that is taken */
export async function insertUser(sql: Sql, { name, email = null, passwordHash = null, oidc = null }: NewUser): Promise<User> {
  const { rows } = await sql.query<User>(
    `insert into users (id, email, name, password_hash, oidc_issuer, oidc_subject, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp(), clock_timestamp()) returning ${COLUMNS}`,
    [newId(), email, name, passwordHash, oidc?.issuer ?? null, oidc?.subject ?? null],
  )
  return rows[0]!
}

/** Changes what is given. @throws the unique violation of an e-mail that is taken */
export async function updateUser(sql: Sql, id: string, { name, email, passwordHash }: Partial<Omit<NewUser, 'oidc'>>): Promise<void> {
  await sql.query(
    `update users set name = coalesce($2, name), email = coalesce($3, email), password_hash = coalesce($4, password_hash),
       updated_at = clock_timestamp()
     where id = $1`,
    [id, name ?? null, email ?? null, passwordHash ?? null],
  )
}

/** Gives an account to an identity: its password is of use no more. @throws the unique violation of an identity that is taken */
export async function linkIdentity(sql: Sql, id: string, { issuer, subject }: OidcIdentity): Promise<void> {
  await sql.query(
    'update users set oidc_issuer = $2, oidc_subject = $3, password_hash = null, updated_at = clock_timestamp() where id = $1',
    [id, issuer, subject],
  )
}

const COLUMNS = 'id, email, name, password_hash as "passwordHash", oidc_issuer as "oidcIssuer", oidc_subject as "oidcSubject"'
