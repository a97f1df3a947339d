// Loaded before any TypeScript file: older versions of Node cannot read those and would say so in their own, less helpful words.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `Docket runs on Node 24 or later, and this is ${process.version}. ` +
      'npm ci brings a newer one along for Linux and macOS, and npm start and npm test use it; elsewhere install Node 24 from https://nodejs.org.',
  )
  process.exit(1)
}
// Before anything uses the pool. Names are resolved in half of its threads, and one that no name server answers for holds its thread for many
// seconds: of the usual four, two such names would take all.
process.env.UV_THREADPOOL_SIZE ??= '64'
