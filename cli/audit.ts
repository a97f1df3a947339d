import { exportAudit } from './audit-export.ts'
import { listAudit } from './audit-list.ts'
import { verifyAudit } from './audit-verify.ts'
import type { Command } from './command.ts'
import { UsageError } from './usage.ts'

const HELP = `Usage: docket audit <list|verify|export> [options]

Who did what, on which record, and what came of it. The token needs the role ADMIN.

docket audit list       the newest entries, newest first
  --first <number>      how many; default 20, at most 1,000
docket audit export     all entries, oldest first, to the standard output
  --format <format>     jsonl (default) or csv
docket audit verify     have the server read and hash every entry anew; names the first bad one
  --anchor <hash>       a published anchor (from the log, GET /audit/anchor or an export), which must be among the server's

list and export take filters:
  --from <time>, --to <time>        such as 2026-01-01T00:00:00Z or 2026-01-01, both inclusive
  --verb <verb>                     a whole one, or the noun before its dot
  --actor <id>, --action <id>, --invocation <id>, --object <id>
  --record-type <type>, --record-id <id>
  --result <DONE|REFUSED|FAILED>
  --search <text>

All take:
  --url <address>       the server; default DOCKET_URL, else http://127.0.0.1:4600
  --token <token>       its API token; default DOCKET_TOKEN
  --json                print the answer of list and verify as JSON

Exit codes: 0 done, and nothing is wrong; 1 refused, or an entry is bad; 2 wrong usage.
`

export const auditCommand: Command = { summary: 'list, verify or export the audit', help: HELP, run }

const VERBS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  list: listAudit,
  verify: verifyAudit,
  export: exportAudit,
}

async function run([verb, ...args]: readonly string[]): Promise<void> {
  if (verb === undefined || !Object.hasOwn(VERBS, verb)) throw new UsageError(`Say what to do: ${Object.keys(VERBS).join(', ')}.`)
  await VERBS[verb]!(args)
}
