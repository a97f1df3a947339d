/** What of a project runs: everything; what someone asks for, but no schedule; nothing at all. */
export type ExecutionMode = 'ACTIVE' | 'SCHEDULES_PAUSED' | 'ALL_PAUSED'
