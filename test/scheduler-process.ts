/** A server reduced to its scheduler, as a process that can be killed. Run by restart.test.ts: argv holds the database's address. */
import { createLog } from '../server/log.ts'
import { createScheduler } from '../server/scheduler/scheduler.ts'
import { openDatabase } from '../server/store/database.ts'

const log = createLog('silent')
const db = openDatabase(process.argv[2]!, log)
const scheduler = createScheduler({ db, log })

process.once('SIGTERM', async () => {
  await scheduler.stop()
  await db.close()
  process.disconnect()
})
await scheduler.start()
process.send!('ready')
