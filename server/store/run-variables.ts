import type { ActionSpec } from '../domain/action.ts'
import type { RecordInput } from '../domain/action-input.ts'
import type { Actor } from '../domain/actor.ts'
import { needsOf } from '../domain/condition.ts'
import { ConditionInput } from '../domain/condition-input.ts'
import type { ActionVariable, ActorVariable, Variables } from '../domain/condition-variables.ts'
import type { HttpMethod } from '../domain/http-method.ts'
import { publicId } from '../domain/ids.ts'
import type { Sql } from './database.ts'
import { ACTION_STAMP } from './pinned-request.ts'
import { rememberAction, type SeenAction } from './seen-actions.ts'

/** A run, as far as conditions are about it. */
export interface RunFacts {
  projectId: string
  /** UUID; null: a request of its own that is not stored yet. */
  actionId: string | null
  /** What is to be stored, of such a request: it is the `action`. */
  spec?: Pick<ActionSpec, 'name' | 'request' | 'recordType' | 'tags'> | undefined
  record: RecordInput | null
  /** Text of the body; null: the action's. */
  input: string | null
  /** What a stored run would send, in place of what its action is now. */
  sent?: SentRequest
}

/** What conditions see of a request. */
export interface SentRequest {
  method: HttpMethod
  url: string
  body: string | null
}

/** Who does what the condition allows or demands. `name` and `personId` may be left out for one of the project: they are looked up. */
export interface FactsActor {
  kind: Actor['kind']
  /** UUID. */
  id: string | null
  name?: string
  /** UUID of the person behind a token. */
  personId?: string | null
  /** Null for the system. */
  roleName: string | null
}

/** What conditions see of a run. */
export interface ReadVariables {
  variables: Variables
  /** Of the action's row, where it was read. */
  actionStamp: string | undefined
}

/**
 * What these conditions see of a run; undefined when the project has no such action. In one query, or none where they are only about what is
 * given here, or was `seen`.
 */
export async function readVariables(
  sql: Sql,
  who: FactsActor,
  run: RunFacts,
  conditions: readonly string[],
  seen?: SeenAction,
): Promise<ReadVariables | undefined> {
  const given = givenVariables(who, run, conditions)
  if (given) return { variables: given, actionStamp: undefined }
  const known = seen && !conditions.some((condition) => isAboutPerson(condition, who))
  const row = known ? { ...NOTHING, ...seen } : await readRow(sql, who, run)
  if (run.actionId !== null && row.name === null) return undefined
  if (run.actionId !== null && !known) rememberAction(run.projectId, run.actionId, row)
  return { variables: variablesIn(row, who, run), actionStamp: row.stamp ?? undefined }
}

/** What these conditions see of a run where they are only about what is given here; undefined where the database has to be asked. */
export const givenVariables = (who: FactsActor, run: RunFacts, conditions: readonly string[]): Variables | undefined =>
  conditions.some((condition) => isMissing(condition, who, run)) ? undefined : variablesIn(NOTHING, who, run)

function variablesIn(row: Row, who: FactsActor, run: RunFacts): Variables {
  return { actor: actorOf(who, row), record: run.record, input: new ConditionInput(bodyOf(run, row)), action: actionOf(run, row) }
}

function bodyOf({ actionId, spec, input, sent }: RunFacts, row: Row): string | null {
  if (sent) return sent.body
  return input ?? (actionId === null ? (spec?.request.body ?? null) : row.body)
}

/** Whether the condition is about something that only the database knows. */
function isMissing(condition: string, who: FactsActor, { actionId, spec, input, sent }: RunFacts): boolean {
  const { names } = needsOf(condition)
  return (
    isAboutPerson(condition, who) ||
    (names.has('action') && (actionId !== null || spec?.request.target.serviceId != null)) ||
    (names.has('input') && actionId !== null && input === null && !sent)
  )
}

function isAboutPerson(condition: string, who: FactsActor): boolean {
  const { names, namesEmail } = needsOf(condition)
  return namesEmail || (names.has('actor') && who.name === undefined)
}

async function readRow(sql: Sql, who: FactsActor, { projectId, actionId, spec }: RunFacts): Promise<Row> {
  const { rows } = await sql.query<Row>({
    name: 'run-variables',
    text: READ,
    values: [
      projectId,
      actionId,
      spec?.request.target.serviceId,
      who.kind === 'USER' ? who.id : who.personId,
      isToken(who) ? who.id : null,
    ],
  })
  return rows[0]!
}

interface Row extends SeenAction {
  baseUrl: string | null
  personName: string | null
  email: string | null
  tokenName: string | null
}

const NOTHING: Row = {
  key: null,
  name: null,
  kind: null,
  method: null,
  url: null,
  tags: null,
  recordType: null,
  body: null,
  baseUrl: null,
  personName: null,
  email: null,
  tokenName: null,
  stamp: null,
}

const isToken = ({ kind }: FactsActor): boolean => kind === 'TOKEN' || kind === 'AGENT'

const actorOf = (who: FactsActor, row: Row): ActorVariable => ({
  id: who.id && publicId(isToken(who) ? 'token' : 'user', who.id),
  kind: who.kind,
  name: who.name ?? (isToken(who) ? row.tokenName : row.personName) ?? '',
  email: row.email,
  role: who.roleName,
})

function actionOf({ actionId, spec, sent }: RunFacts, row: Row): ActionVariable {
  if (actionId !== null) {
    const { key, name, kind, tags, recordType } = row
    const { method, url } = sent ?? row
    return { id: publicId('action', actionId), key, name, kind: kind ?? '', method, url, tags: tags ?? [], recordType }
  }
  const target = spec?.request.target
  return {
    id: null,
    key: null,
    name: spec?.name ?? null,
    kind: 'ONE_TIME',
    method: spec?.request.method ?? null,
    url: target?.url ?? (row.baseUrl === null ? null : row.baseUrl + (target?.path ?? '')),
    tags: spec?.tags ?? [],
    recordType: spec?.recordType ?? null,
  }
}

// The outer joins give one row also when there is no action.
const READ = `
select a.key, a.name, a.kind, a.method, coalesce(s.base_url || a.path, a.url) as url, a.tags, a.record_type as "recordType", a.body,
  o.base_url as "baseUrl", u.name as "personName", u.email, t.name as "tokenName", ${ACTION_STAMP} as stamp
from (values (1)) as always
left join actions a on a.id = $2 and a.project_id = $1 and a.deleted_at is null
left join services s on s.id = a.service_id
left join services o on o.id = $3 and o.project_id = $1
left join users u on u.id = $4
left join api_tokens t on t.id = $5 and t.project_id = $1`
