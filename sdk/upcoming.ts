import {
  BusiestMinutesDocument,
  type BusiestMinutesQueryVariables,
  type ScheduleInput,
  SchedulePreviewDocument,
  UpcomingDaysDocument,
  type UpcomingDaysQueryVariables,
  UpcomingRunsDocument,
  type UpcomingRunsQueryVariables,
} from './generated/operations.ts'
import type { Request } from './transport.ts'

/** What is to come: of a schedule before it is saved, and of the whole project. */
export function upcomingCalls(request: Request) {
  return {
    /** The next `count` (5) runs of a schedule, as they will fire; with `actionId` as if that action got it. */
    schedulePreview: async (schedule: ScheduleInput, options: { from?: string; count?: number; actionId?: string } = {}) =>
      (await request(SchedulePreviewDocument, { schedule, ...options })).schedulePreview,
    /** The coming runs of all enabled actions: of the next 24 hours unless told otherwise, 100 of at most 1,000. */
    upcomingRuns: async (options: UpcomingRunsQueryVariables = {}) => (await request(UpcomingRunsDocument, options)).upcomingRuns,
    /** How many runs each day of the next 30 has, and of which actions. */
    upcomingDays: async (options: UpcomingDaysQueryVariables = {}) => (await request(UpcomingDaysDocument, options)).upcomingDays,
    /** The minutes of the next 24 hours in which most runs start. */
    busiestMinutes: async (options: BusiestMinutesQueryVariables = {}) => (await request(BusiestMinutesDocument, options)).busiestMinutes,
  }
}
