import pg from 'pg'
import { docket as base } from './peer.ts'
export const docket = { ...base, async setup(url: string) { await base.setup(url); const c = new pg.Client(url); await c.connect(); await c.query(process.env.XSQL ?? 'select 1'); await c.end() } }
