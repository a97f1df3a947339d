import type { ComingSchedule } from '../domain/upcoming.ts'
import type { Database } from '../store/database.ts'
import { calendarOf, scheduleOf } from '../store/stored-schedule.ts'

/** Schedules that one answer looks at; several times the quota that a project starts with. */
const SCHEDULES_MAX = 2_000
/** Waiting runs that one answer looks at. */
const WAITING_MAX = 1_000

/** A run that has a row and whose time is ahead. Instants are epoch ms. */
export interface WaitingRun {
  id: string
  actionId: string
  at: number
  effectiveAt: number
}

/** What a project has before it up to `to` (epoch ms). `truncated`: there is more of it than one answer looks at. */
export interface Coming {
  schedules: ComingSchedule[]
  waiting: WaitingRun[]
  truncated: boolean
}

/** Reads the schedules and the waiting runs of a project. A project that is paused as a whole has nothing before it. */
export async function readComing({ prisma }: Database, projectId: string, from: number, to: number): Promise<Coming> {
  const { executionMode } = await prisma.project.findUniqueOrThrow({ where: { id: projectId } })
  if (executionMode !== 'ACTIVE') return { schedules: [], waiting: [], truncated: false }
  const [actions, waiting] = await Promise.all([
    prisma.action.findMany({
      where: { projectId, enabled: true, deletedAt: null, nextRunAt: { lte: new Date(to) } },
      include: { calendar: true },
      orderBy: { nextRunAt: 'asc' },
      take: SCHEDULES_MAX + 1,
    }),
    prisma.invocation.findMany({
      where: { projectId, status: 'PENDING', finishedAt: null, held: false, runAt: { gte: new Date(from), lte: new Date(to) } },
      select: { id: true, actionId: true, scheduledFor: true, runAt: true },
      orderBy: { runAt: 'asc' },
      take: WAITING_MAX + 1,
    }),
  ])
  return {
    schedules: actions.slice(0, SCHEDULES_MAX).flatMap((row) => {
      const schedule = scheduleOf(row)
      if (schedule.kind !== 'RECURRING' || !row.nextRunAt) return []
      const left = row.maxRuns === null ? null : row.maxRuns - row.runsMade
      return [{ actionId: row.id, schedule, calendar: row.calendar && calendarOf(row.calendar), nextRunAt: row.nextRunAt.getTime(), left }]
    }),
    waiting: waiting.slice(0, WAITING_MAX).map(({ id, actionId, scheduledFor, runAt }) => ({
      id,
      actionId,
      at: (scheduledFor ?? runAt).getTime(),
      effectiveAt: runAt.getTime(),
    })),
    truncated: actions.length > SCHEDULES_MAX || waiting.length > WAITING_MAX,
  }
}
