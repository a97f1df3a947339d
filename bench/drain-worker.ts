import { createEgressRules } from '../server/domain/egress.ts'
import { createLog } from '../server/log.ts'
import { createScheduler } from '../server/scheduler/scheduler.ts'
import { openDatabase } from '../server/store/database.ts'
import { testVault } from '../test/vault.ts'

// A process of its own for bench/audit.ts: brings what is due to its target. Arguments: database, `on` or `off` for the audit.

const CONCURRENCY = 64
const [url, audit] = process.argv.slice(2) as [string, 'on' | 'off']
const log = createLog('warn')
const db = openDatabase(url, log, { vault: testVault(), audit: audit === 'on' })
const scheduler = createScheduler({ db, log, egress: createEgressRules(['127.0.0.1']), concurrency: CONCURRENCY, perOrigin: CONCURRENCY })
let before = process.cpuUsage()
process.on('message', async (message) => {
  if (message === 'start') {
    before = process.cpuUsage()
    await scheduler.start()
  } else {
    const { user, system } = process.cpuUsage(before)
    await scheduler.stop({ deadlineMs: 5_000 })
    await db.close()
    process.send!((user + system) / 1e6)
    process.disconnect()
  }
})
// Its parent is gone, or has had its answer.
process.on('disconnect', () => process.exit())
await db.pool.query('select 1')
process.send!('ready')
