import type { ExecutionMode } from '../../../sdk/generated/operations.ts'

export const MODE_WORDS: Readonly<Record<ExecutionMode, { name: string; words: string }>> = {
  ACTIVE: { name: 'Active', words: 'Everything runs.' },
  SCHEDULES_PAUSED: { name: 'Schedules paused', words: 'No schedule makes a run; what someone invokes still runs.' },
  ALL_PAUSED: { name: 'All paused', words: 'Nothing is sent at all, whoever asks for it.' },
}
