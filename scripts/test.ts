import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { createTemplate } from '../test/template.ts'
import { startThrowawayCluster } from '../test/throwaway-cluster.ts'
import { ensureBuilt } from './build.ts'

// npm test                       the whole suite
// npm test -- test/path.test.ts  some files (globs too)
// The last line is always "N passed, N failed".

const root = resolve(import.meta.dirname, '..')
const everything = ['{server,sdk,web,scripts,bench,cli}/**/*.test.{ts,tsx}', 'test/**/*.test.ts']

/** Files at a time. Two, as each may run servers, receivers and a browser of its own and still measures punctuality. */
const FILES_AT_ONCE = 2
/** A test that takes this long hangs. */
const TEST_LIMIT_MS = 2 * 60_000

// Every file, and every server that it starts, is a process that reads the same modules: stripped of their types once, not each time.
process.env.NODE_COMPILE_CACHE ??= resolve(root, '.cache/compile')

const chosen = process.argv.slice(2)
const files = globSync(chosen.length > 0 ? chosen : everything, { cwd: root, exclude: ['**/node_modules/**', 'web/dist/**'] }).map((file) =>
  resolve(root, file),
)

let passed = 0
let failed = 0
try {
  // Files beside the code under test need no dashboard.
  const web = files.some((file) => file.startsWith(resolve(root, 'test')))
  await ensureBuilt({ web, log: (line) => console.log(line) })
  const cluster = await startThrowawayCluster({ info: console.log, warn: console.log })
  try {
    await createTemplate(cluster.urlOf('postgres'))
    process.env.DOCKET_TEST_DATABASE = cluster.urlOf('postgres')
    const results = run({
      files: [...new Set(files)].sort(),
      cwd: root,
      concurrency: FILES_AT_ONCE,
      timeout: TEST_LIMIT_MS,
      execArgv: ['--import', resolve(root, 'test/leak-guard.ts')],
    })
    results.on('test:summary', ({ file, counts }) => {
      if (file !== undefined) return
      passed = counts.passed
      failed = counts.tests - counts.passed - counts.skipped - counts.todo
    })
    for await (const text of results.compose(new spec())) process.stdout.write(text)
  } finally {
    await cluster.stop()
  }
} catch (error) {
  console.error(error)
  failed += 1
}
if (passed + failed === 0) console.error(`No test ran. ${chosen.length > 0 ? `No file matches ${chosen.join(' ')}.` : ''}`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
console.log(`${passed} passed, ${failed} failed`)
