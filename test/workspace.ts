import type { CommandContext } from '../server/commands/context.ts'
import { createLog } from '../server/log.ts'
import { type Database, openDatabase } from '../server/store/database.ts'
import { ensureDefaultProject } from '../server/store/projects.ts'
import { testDatabase } from './harness.ts'
import { LOOPBACK } from './loopback.ts'
import { testVault } from './vault.ts'

/** A fresh database, opened, with its default project: what commands need. */
export interface Workspace extends AsyncDisposable {
  url: string
  db: Database
  projectId: string
  ctx: CommandContext
}

/** `await using workspace = await openWorkspace()` */
export async function openWorkspace(): Promise<Workspace> {
  const database = await testDatabase()
  const db = openDatabase(database.url, createLog('silent'), { vault: testVault() })
  const projectId = await ensureDefaultProject(db)
  return {
    url: database.url,
    db,
    projectId,
    ctx: { db, projectId, actor: { kind: 'TOKEN', id: null, name: 'test' }, egress: LOOPBACK },
    async [Symbol.asyncDispose]() {
      await db.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** The context with a signal that only notes what it is told to announce. */
export function withNotedSignal(ctx: CommandContext): CommandContext & { announced: string[] } {
  const announced: string[] = []
  return { ...ctx, announced, db: { ...ctx.db, signal: { ...ctx.db.signal, emit: (topic) => void announced.push(topic) } } }
}

/** The same database seen from another project. */
export async function otherProject({ db, ctx }: Pick<Workspace, 'db' | 'ctx'>): Promise<CommandContext> {
  const id = crypto.randomUUID()
  await db.pool.query('insert into projects (id, name, created_at) values ($1, $2, now())', [id, `other ${id}`])
  return { ...ctx, projectId: id }
}
