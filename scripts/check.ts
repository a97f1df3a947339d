import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { ensureBuilt } from './build.ts'

// Everything CI asks for apart from the tests. All steps run, also after one that failed.

const root = resolve(import.meta.dirname, '..')
const tool = (name: string): string => join(root, 'node_modules/.bin', name)

const steps: { name: string; command: [string, ...string[]] }[] = [
  { name: 'format and lint', command: [tool('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: [tool('tsc'), '--project', 'tsconfig.json'] },
  { name: 'types of the dashboard', command: [tool('tsc'), '--noEmit', '--project', 'web/tsconfig.json'] },
  { name: 'drift', command: [process.execPath, '--disable-warning=ExperimentalWarning', 'scripts/drift.ts'] },
]

const failed: string[] = []
try {
  // Types and drift read the generated Prisma client.
  await ensureBuilt({ web: true, log: (line) => console.log(line) })
} catch (error) {
  console.error((error as Error).message)
  failed.push('build')
}
for (const { name, command } of steps) {
  const started = performance.now()
  const [program, ...args] = command
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (error) console.error(error.message)
  if (status !== 0) failed.push(name)
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`)
}
console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}.`)
process.exitCode = failed.length === 0 ? 0 : 1
