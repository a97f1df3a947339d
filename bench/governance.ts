import type { CommandContext } from '../server/commands/context.ts'
import { createAction } from '../server/commands/create-action.ts'
import { invokeNow } from '../server/commands/invoke-now.ts'
import { checkTrigger } from '../server/commands/permitted.ts'
import { setPermission } from '../server/commands/set-permission.ts'
import { SYSTEM } from '../server/domain/actor.ts'
import { DEFAULT_APPROVAL_POLICY } from '../server/domain/approval-policy.ts'
import { publicId } from '../server/domain/ids.ts'
import { createLog } from '../server/log.ts'
import { newId } from '../server/new-id.ts'
import { type Database, openDatabase, transaction } from '../server/store/database.ts'
import { holdGuarded, judgeGuarded } from '../server/store/judge-guarded.ts'
import { accessNow } from '../server/store/judge-run.ts'
import { MAY_RUN, markStatement, REQUEST, runMark, STATES } from '../server/store/mark-running.ts'
import { ensureDefaultProject } from '../server/store/projects.ts'
import { createTemplate, databaseOf, runOn, TEMPLATE } from '../test/template.ts'
import { startThrowawayCluster } from '../test/throwaway-cluster.ts'
import { testVault } from '../test/vault.ts'
import { printTable, spread } from './figures.ts'

// node bench/governance.ts [invocations] [rounds] [checks]
// What rules, approval policies and the audit cost: invokeNow with them and without them, in turns; the check of a trigger by itself; and a claim
// of a run that somebody asked for, with and without the look at the version of its rules, and judged again.

const INVOCATIONS = Number(process.argv[2] ?? 2_000)
const ROUNDS = Number(process.argv[3] ?? 3)
const CHECKS = Number(process.argv[4] ?? 2_000)
/** At a time. */
const CALLERS = 16
const CONDITION = 'input.amount < 1000 && actor.role == "Operator"'
/** It looks at what only the database knows. */
const LOOKING = `${CONDITION} && "eu" in action.tags`

const ROWS = `invocations i ${REQUEST} where i.id = $2 and not i.held and i.status in (${STATES}) and ${MAY_RUN} for update of i skip locked`
const MARK_COMPARED = markStatement({ rows: ROWS })
const MARK_PLAIN = markStatement({ rows: ROWS, judged: true })

const log = createLog('warn')
const cluster = await startThrowawayCluster(undefined, { durable: true })
try {
  await createTemplate(cluster.urlOf('postgres'))
  await invocations()
  await checks()
  await claims()
} finally {
  await cluster.stop()
}

/** A person with the role OPERATOR and an action, on a database of its own. */
interface Scene {
  db: Database
  /** Without rights to be asked about: the switch of this bench. */
  system: CommandContext
  operator: CommandContext
  /** The same with the rights of this moment. */
  now(): Promise<CommandContext>
  roleId: string
  actionId: string
  input: { amount: number }
}

async function withScene<T>(name: string, audit: boolean, work: (scene: Scene) => Promise<T>): Promise<T> {
  await runOn(cluster.urlOf('postgres'), `create database ${name} template ${TEMPLATE}`)
  const db = openDatabase(databaseOf(cluster.urlOf('postgres'), name), log, { vault: testVault(), audit })
  try {
    const projectId = await ensureDefaultProject(db)
    const system: CommandContext = { db, projectId, actor: SYSTEM }
    const body = { amount: 5, note: 'x'.repeat(200) }
    const target = { url: 'https://example.com/refund' }
    const { id: actionId } = await createAction(system, { name: 'Refund', target, body, tags: ['eu'] })
    const { id: roleId } = await db.prisma.role.findFirstOrThrow({ where: { level: 'OPERATOR' } })
    const id = newId()
    await db.pool.query(`insert into users (id, email, name, created_at, updated_at) values ($1, 'ann@example.com', 'Ann', now(), now())`, [
      id,
    ])
    await db.pool.query('insert into memberships (project_id, user_id, role_id, created_at) values ($1, $2, $3, now())', [
      projectId,
      id,
      roleId,
    ])
    const actor = { kind: 'USER', id, name: 'Ann' } as const
    const now = async () => ({ ...system, actor, access: (await accessNow(db.pool, projectId, actor))! })
    return await work({ db, system, operator: await now(), now, roleId: publicId('role', roleId), actionId, input: body })
  } finally {
    await db.close()
    await runOn(cluster.urlOf('postgres'), `drop database ${name} with (force)`)
  }
}

async function setRule({ system, roleId }: Scene, condition = CONDITION): Promise<void> {
  await setPermission(system, { roleId, trigger: { allowed: true, condition } })
}

async function setPolicy({ db, actionId }: Scene, condition: string): Promise<void> {
  await db.pool.query('update actions set approval = $2 where id = $1', [actionId, { ...DEFAULT_APPROVAL_POLICY, condition }])
}

async function invocations() {
  const kinds: { name: string; audit: boolean; prepare?: (scene: Scene) => Promise<void> }[] = [
    { name: 'without rules and audit', audit: false },
    { name: 'rules and audit', audit: true, prepare: async () => {} },
    { name: 'a rule with a condition, and audit', audit: true, prepare: (scene) => setRule(scene) },
    { name: 'a rule that looks at the action, and audit', audit: true, prepare: (scene) => setRule(scene, LOOKING) },
    {
      name: 'a rule, an approval policy that is not for it, and audit',
      audit: true,
      async prepare(scene) {
        await setRule(scene)
        await setPolicy(scene, 'input.amount >= 1000')
      },
    },
  ]
  const rates = kinds.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    // In turns: the machine is not the same all the time.
    for (const [n, { audit, prepare }] of kinds.entries()) {
      await withScene(`invoke_${round}_${n}`, audit, async (scene) => {
        await prepare?.(scene)
        const ctx = prepare ? await scene.now() : scene.system
        const actionId = publicId('action', scene.actionId)
        const ask = () => invokeNow(ctx, actionId, { input: { amount: 7 } })
        await byCallers(200, ask)
        const began = performance.now()
        await byCallers(INVOCATIONS, ask)
        rates[n]!.push(INVOCATIONS / ((performance.now() - began) / 1_000))
      })
    }
  }
  const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!
  printTable(`invokeNow, ${CALLERS} at a time, ${ROUNDS} rounds: runs/s`, [
    ['', 'median', '% of without', 'rounds'],
    ...kinds.map(({ name }, n) => [
      name,
      Math.round(median(rates[n]!)),
      Math.round((median(rates[n]!) / median(rates[0]!)) * 100),
      rates[n]!.map(Math.round).join(' '),
    ]),
  ])
}

async function byCallers(count: number, ask: () => Promise<unknown>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (left-- > 0) await ask()
    }),
  )
}

async function checks() {
  await withScene('checks', true, async (scene) => {
    const rows: (string | number)[][] = [['', 'p50', 'p95', 'max']]
    const measure = async (name: string) => {
      const ctx = await scene.now()
      const subject = { actionId: scene.actionId, record: null, input: JSON.stringify({ amount: 7 }) }
      rows.push([name, ...(await micros(CHECKS, () => checkTrigger(ctx, scene.db.pool, subject)))])
    }
    await measure('no condition')
    await setRule(scene)
    await measure('a condition')
    await setRule(scene, LOOKING)
    await measure('a condition that looks at the action')
    printTable('checkTrigger, one after the other: µs', rows)
  })
}

async function claims() {
  await withScene('claims', true, async (scene) => {
    const { db } = scene
    const owner = newId()
    const plain = { name: 'bench-plain', text: MARK_PLAIN }
    const compared = { name: 'bench-compared', text: MARK_COMPARED }
    const took: Record<string, number[]> = { without: [], with: [], judged: [], 'judged, with a condition': [] }
    const claim = async (kind: string, statement: typeof plain) => {
      const id = await storeRun(scene)
      const began = performance.now()
      const { rows } = await runMark(db.engine, { ...statement, values: [owner, id] })
      took[kind]!.push((performance.now() - began) * 1_000)
      if (rows.length !== 1) throw new Error('The run was not marked.')
    }
    const judge = async (kind: string) => {
      const id = await storeRun(scene)
      took[kind]!.push(
        await transaction(db.engine, async (sql) => {
          const began = performance.now()
          const { passed } = await judgeGuarded(sql, db.vault, await holdGuarded(sql, [id]))
          if (!passed.has(id)) throw new Error('The run did not pass.')
          return (performance.now() - began) * 1_000
        }),
      )
    }
    for (let n = 0; n < CHECKS; n++) {
      await claim('without', plain)
      await claim('with', compared)
      await judge('judged')
    }
    await setRule(scene)
    for (let n = 0; n < CHECKS; n++) await judge('judged, with a condition')
    const of = (kind: string) => Object.values(spread(took[kind]!.slice(CHECKS >> 2))).map(Math.round)
    printTable('The claim of one run: µs', [
      ['', 'p50', 'p95', 'max'],
      ['the statement without the look at its rules', ...of('without')],
      ['the statement', ...of('with')],
      ['judging it again, because rules changed', ...of('judged')],
      ['the same, with a condition', ...of('judged, with a condition')],
    ])
    console.log(`  p50 of the look: ${of('with')[0]! - of('without')[0]!} µs\n`)
  })
}

/** Stores a due run that the operator asked for. Gives its UUID. */
async function storeRun({ db, operator: { projectId, actor, access }, actionId }: Scene): Promise<string> {
  const id = newId()
  await db.pool.query({
    name: 'bench-run',
    text: `insert into invocations (id, project_id, action_id, status, trigger, run_at, sort_at, max_attempts, input, actor_kind, actor_id, created_at,
        policy_version, requested_by)
      select $1, $2, $3, 'PENDING', 'MANUAL', now(), now(), 1, $4, 'USER', $5, now(), policy_version, $6 from projects where id = $2`,
    values: [id, projectId, actionId, JSON.stringify({ amount: 7 }), actor.id, access?.personId],
  })
  return id
}

async function micros(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = []
  for (let n = 0; n < count + (count >> 2); n++) {
    const began = performance.now()
    await work()
    if (n >= count >> 2) took.push((performance.now() - began) * 1_000)
  }
  return Object.values(spread(took))
}
