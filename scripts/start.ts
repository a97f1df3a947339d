import { ensureBuilt } from './build.ts'

try {
  await ensureBuilt({ web: true, log: (line) => console.log(line) })
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
await import('../server/main.ts')
