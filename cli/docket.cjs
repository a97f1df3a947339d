#!/usr/bin/env node
// Starts the command line with a Node that reads TypeScript: this one, or the one that npm brought along.
const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const brought = join(__dirname, '../node_modules/.bin/node')
if (Number(process.versions.node.split('.')[0]) < 24 && existsSync(brought)) {
  const { status, signal } = spawnSync(brought, [__filename, ...process.argv.slice(2)], { stdio: 'inherit' })
  if (signal) process.kill(process.pid, signal)
  process.exit(status ?? 1)
}
require('../scripts/require-node-24.cjs')
import('./main.ts').then(({ start }) => start())
