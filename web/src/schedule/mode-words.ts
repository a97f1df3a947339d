import type { ExecutionMode } from '../../../sdk/generated/operations.ts'

/** The execution modes of the project, in the same words everywhere. */
export const MODE_WORDS: Readonly<Record<ExecutionMode, { name: string; words: string }>> = {
  ACTIVE: { name: 'Nothing paused', words: 'Schedules make their runs, and what someone invokes runs at once.' },
  SCHEDULES_PAUSED: { name: 'Schedules paused', words: 'No schedule makes a run; what someone invokes still runs.' },
  ALL_PAUSED: { name: 'Everything paused', words: 'No schedule makes a run, and what someone invokes waits: nothing is sent.' },
}
