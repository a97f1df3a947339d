import { startEmbedded } from '../server/store/embedded/start.ts'

// Started by tests as a process of its own: holds the embedded database of the given folder until its standard input ends.
// Prints one line of JSON: {"url", "adopted"} or {"refused"}.
try {
  const database = await startEmbedded({
    dataDir: process.argv[2]!,
    log: { info() {}, warn() {} },
    serving: { port: 4600, url: 'http://127.0.0.1:4600' },
  })
  console.log(JSON.stringify({ url: database.url, adopted: database.adopted }))
  process.stdin.resume().once('end', async () => {
    await database.stop()
    process.exit(0)
  })
} catch (error) {
  console.log(JSON.stringify({ refused: (error as Error).message }))
  process.exitCode = 1
}
