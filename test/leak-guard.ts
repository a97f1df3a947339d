import { after } from 'node:test'

// Loaded into the process of every test file by scripts/test.ts. A test that leaves a server, a connection or a timer open would keep
// its file's process from ending: here it becomes a failure that names what is open.

/** Sockets and child processes that were told to close are gone long before. */
const CLOSING_MS = 10_000

after(() => {
  setTimeout(() => {
    console.error(`The tests of this file are over, but something is still open: ${process.getActiveResourcesInfo().join(', ')}.`)
    process.exit(1)
  }, CLOSING_MS).unref()
})
