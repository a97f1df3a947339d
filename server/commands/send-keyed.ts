import type { SendInput } from '../domain/action-input.ts'
import { parseDedupe } from '../domain/dedupe.ts'
import { notFound } from '../domain/errors.ts'
import type { Permitted } from '../domain/permitted.ts'
import { lockAction } from '../store/action-row.ts'
import { readApprovableRuns } from '../store/approval-run.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { replaceBodies } from '../store/dedupe-keys.ts'
import { editAction } from '../store/edit-action.ts'
import { insertApprovable } from '../store/insert-approvable.ts'
import type { NewAction } from '../store/new-action.ts'
import { noteOfRun } from '../store/note-of-run.ts'
import { againAfterRace } from './again-after-race.ts'
import { announceActions } from './announce.ts'
import { answerOnce, keyedRequest } from './answer-once.ts'
import { type ItemResult, orRefusal, refusalsOf, withRefusals } from './batch.ts'
import type { CommandContext } from './context.ts'
import { answerDeduped, type PermittedBody } from './deduped.ts'
import { checkEdited } from './edited.ts'
import { holdReplaced } from './hold-replaced.ts'
import { withKnownSecrets } from './known-secrets.ts'
import { newSend } from './new-send.ts'
import { noteOfSend } from './note-of-new.ts'
import { asSent, checkTrigger } from './permitted.ts'
import { checkSync } from './sync.ts'

/** Whether it may be answered with a run that is there already. */
export const isKeyed = ({ idempotencyKey, dedupe }: SendInput): boolean => idempotencyKey != null || dedupe != null

/**
 * Requests of which some are keyed, in one transaction, as if each came after the one before it. Gives the UUID of the invocation or the
 * refusal per item, in their order.
 */
export async function sendKeyed(ctx: CommandContext, inputs: readonly SendInput[], now: number): Promise<ItemResult[]> {
  const { db, projectId } = ctx
  // One operation, whichever mutation it comes by: an item of a batch can be asked for again alone.
  const asked = inputs.map((input) =>
    orRefusal(() => {
      const { idempotencyKey, waitSeconds: _, ...request } = input
      return { input, ...keyedRequest(idempotencyKey, 'send', request) }
    }),
  )
  return withRefusals(asked, async (accepted) => {
    const { results, made, changed } = await againAfterRace(() =>
      audited(ctx, async (sql, note) => {
        const storing = storeSends(sql, ctx, note)
        const results = await answerOnce(sql, projectId, accepted, async (places) => {
          const parsed = await refusalsOf(places, (place) => toStore(ctx, sql, accepted[place]!.input, now))
          const items = await withKnownSecrets(sql, projectId, parsed, ({ item }) => item.spec.request.headers)
          return withRefusals(items, storing.store)
        })
        return { ...storing, results }
      }),
    )
    if (made.length > 0) announceActions(db.signal, made, now)
    else if (changed.size > 0) db.signal.emit('events')
    // The scheduler passes over a row that someone holds.
    if (changed.size > 0) db.signal.emit('due')
    return results
  })
}

/** @throws DocketError for bad input; FORBIDDEN */
async function toStore(ctx: CommandContext, sql: Sql, input: SendInput, now: number) {
  const item = await newSend(ctx, sql, input, now)
  const dedupe = parseDedupe(input.dedupe)
  const { method, body } = item.spec.request
  return { item, method, body, waitSeconds: input.waitSeconds, dedupe: dedupe && { ...dedupe, key: `send ${dedupe.key}` } }
}

type ToStore = Awaited<ReturnType<typeof toStore>>

/** Stores what is new of several requests and notes what it did. */
function storeSends(sql: Sql, ctx: CommandContext, note: (note: AuditNote) => void) {
  const made: NewAction[] = []
  const changed = new Set<string>()
  return {
    made,
    changed,
    store: (requests: readonly ToStore[]): Promise<ItemResult[]> =>
      answerDeduped(sql, ctx.projectId, requests, {
        bodyField: 'body',
        permit: async (place, into) => permitBody(ctx, sql, requests[place]!.body, 'id' in into ? into.id : requests[into.place]!.item),
        async make(places) {
          const items = places.map(({ place, other }) => withBody(requests[place]!.item, other))
          made.push(...items)
          const { stored, outcomes } = await insertApprovable(sql, ctx.db, items)
          for (const [index, { invocationId }] of items.entries()) {
            checkSync(requests[places[index]!.place]!.waitSeconds, outcomes.get(invocationId!))
            if (stored[index]) note(noteOfSend(items[index]!))
          }
          return stored.map((one) => (one ? { id: one.invocationId! } : { error: notFound('Service', 'serviceId') }))
        },
        async replace(bodies) {
          for (const id of bodies.keys()) changed.add(id)
          await replaceBodies(sql, bodies)
          for (const [id, { body }] of bodies) if (body === null) await takeBodyOff(sql, ctx, id, note)
          await holdReplaced(sql, ctx, bodies, note)
          for (const [id, { body }] of bodies) note({ ...(await noteOfRun(sql, id)), verb: 'invocation.replaced', data: { body } })
        },
      }),
  }
}

/** Whether the caller may send a run with another body: a stored one, or one that is still to be stored. */
async function permitBody(ctx: CommandContext, sql: Sql, body: string | null, run: string | NewAction): Promise<Permitted> {
  if (typeof run === 'string') return checkTrigger(ctx, sql, asSent((await readApprovableRuns(sql, [run], { hold: true })).get(run)!, body))
  const { spec, record } = withBody(run, { body, permitted: run.permitted })
  return checkTrigger(ctx, sql, { actionId: null, spec, record, input: null })
}

const withBody = (item: NewAction, other: PermittedBody | undefined): NewAction =>
  other ? { ...item, permitted: other.permitted, spec: { ...item.spec, request: { ...item.spec.request, body: other.body } } } : item

/** A run without a body of its own sends that of its action, which was made for it alone. */
async function takeBodyOff(
  sql: Sql,
  { db, projectId, actor, access }: CommandContext,
  invocationId: string,
  note: (note: AuditNote) => void,
): Promise<void> {
  const { rows } = await sql.query<{ id: string }>('select action_id as id from invocations where id = $1', [invocationId])
  const before = await lockAction(sql, projectId, { id: rows[0]!.id }, db.vault)
  if (!before || before.spec.request.body === null) return
  const next = { ...before.spec, request: { ...before.spec.request, body: null } }
  checkEdited(await editAction(sql, { projectId, actor, access, db }, before, next, note))
}
