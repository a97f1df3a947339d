import { defineConfig } from 'prisma/config'

// Prisma's schema engine is downloaded at run time, which a closed network refuses. `prisma generate` does not need it,
// but looks for the file: any existing path satisfies it. Migrations are plain SQL applied by server/store/migrate.ts.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
})
