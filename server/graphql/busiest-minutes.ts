import { setImmediate } from 'node:timers/promises'
import { type BusyMinute as Busy, busiestMinutes, type CountedAction } from '../domain/busiest.ts'
import { runsBetween, spreadOf } from '../domain/recurring.ts'
import { parseWhole } from '../domain/text.ts'
import { goingOn } from '../domain/upcoming.ts'
import { Action } from './action.ts'
import { builder } from './builder.ts'
import { type Coming, readComing } from './coming-schedules.ts'
import { projectOf } from './context.ts'

const HOUR_MS = 3_600_000
const HOURS_DEFAULT = 24
const HOURS_MAX = 48
const MINUTES_DEFAULT = 10
const MINUTES_MAX = 60
const ACTIONS_MAX = 10

const BusyMinute = builder.objectRef<Busy>('BusyMinute').implement({
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }),
    runs: t.exposeInt('count', { description: 'How many runs start in it.' }),
    actions: t.prismaField({
      type: [Action],
      description: `Some of the actions that run in it, at most ${ACTIONS_MAX}.`,
      resolve: async (query, { actions }, _, { loaders }) => {
        const rows = await Promise.all(actions.slice(0, ACTIONS_MAX).map(({ id }) => loaders.action.load({ id, query })))
        return rows.filter((row) => row !== undefined)
      },
    }),
  }),
})

builder.queryField('busiestMinutes', (t) =>
  t.field({
    type: [BusyMinute],
    description: 'The coming minutes in which most runs of the project start, the busiest first; only those with two or more.',
    args: {
      from: t.arg({ type: 'DateTime', description: 'Default: now.' }),
      hours: t.arg.int({ description: `1 to ${HOURS_MAX}, default ${HOURS_DEFAULT}.` }),
      first: t.arg.int({ description: `1 to ${MINUTES_MAX}, default ${MINUTES_DEFAULT}.` }),
    },
    resolve: async (_, args, context) => {
      const hours = parseWhole(args.hours ?? HOURS_DEFAULT, 'hours', 1, HOURS_MAX)
      const first = parseWhole(args.first ?? MINUTES_DEFAULT, 'first', 1, MINUTES_MAX)
      const from = Math.max(args.from?.getTime() ?? 0, context.db.skew.now())
      const to = from + hours * HOUR_MS
      return busiest(counted(await readComing(context.db, projectOf(context), from, to), to), from, to, first)
    },
  }),
)

/** Hour by hour, so that other work comes between: the scheduler keeps its instants in the same process. */
async function busiest(actions: readonly CountedAction[], from: number, to: number, most: number): Promise<Busy[]> {
  const found: Busy[] = []
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / HOUR_MS) + 1) * HOUR_MS)
    found.push(...busiestMinutes(actions, start, end, most).filter(({ count }) => count > 1))
    start = end
    await setImmediate()
  }
  return found.sort((a, b) => b.count - a.count || a.at - b.at).slice(0, most)
}

/** What comes, as schedules that name no more than that. */
function counted({ schedules, waiting }: Coming, to: number): CountedAction[] {
  const recurring = schedules.map(({ actionId: id, schedule, calendar, nextRunAt, left }) => {
    const open = goingOn({ ...schedule, startAt: Math.max(nextRunAt, schedule.startAt ?? nextRunAt) }, nextRunAt)
    const last = left === null ? open.endAt : (runsBetween(open, calendar, nextRunAt - 1, to, left).at(-1) ?? open.endAt)
    return { id, name: '', schedule: { ...open, endAt: last }, calendar, spreadMs: spreadOf(id, schedule.spreadSeconds) }
  })
  const once = waiting.map(({ actionId: id, effectiveAt }) => {
    const schedule = { kind: 'ONE_TIME', scheduledAt: effectiveAt, timezone: null } as const
    return { id, name: '', schedule, calendar: null, spreadMs: 0 }
  })
  return [...recurring, ...once]
}
