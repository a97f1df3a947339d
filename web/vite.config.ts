import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'
import { operationsAsText } from './operations-plugin.ts'

const server = 'http://localhost:4600'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [operationsAsText(), solid()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, cssCodeSplit: false },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/auth': server,
      '/echo': server,
      '^/r/[^/]+\\.json$': server,
    },
  },
})
