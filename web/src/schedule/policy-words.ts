import type { CalendarRule, CatchUp, DstPolicy, OverlapPolicy, Recurrence } from '../../../sdk/generated/operations.ts'

type Words<Value extends string> = Readonly<Record<Value, { name: string; words: string }>>

export const OVERLAP_WORDS: Words<OverlapPolicy> = {
  SKIP: { name: 'Skip', words: 'A run that is due while another is under way is left out and recorded as missed.' },
  QUEUE_ONE: {
    name: 'Queue one',
    words: 'One run waits until the other is over; those that are due while it waits are recorded as missed.',
  },
  ALLOW: { name: 'Allow', words: 'Runs may be under way side by side.' },
  CANCEL_OTHER: { name: 'Cancel the other', words: 'The run under way is given up and the new one starts.' },
}

export const CATCH_UP_WORDS: Words<CatchUp> = {
  LATEST: {
    name: 'The latest',
    words: 'After a downtime the newest run inside the window is made up for; the others are recorded as missed.',
  },
  ALL: { name: 'All', words: 'After a downtime each run inside the window is made up for; older ones are recorded as missed.' },
  NONE: { name: 'None', words: 'What was due during a downtime is recorded as missed and not made up for.' },
}

/** Only of a cron expression. */
export const DST_WORDS: Words<DstPolicy> = {
  ONCE: {
    name: 'Once per local time',
    words:
      'A time that the clocks skip runs as much later, one that they repeat runs the first time only. Expressions naming all 24 hours follow real time.',
  },
  LITERAL: { name: 'Literally', words: 'A time that the clocks skip does not run that day, one that they repeat runs twice.' },
}

export const CALENDAR_RULE_WORDS: Words<CalendarRule> = {
  SKIP: { name: 'Leave it out', words: 'A run on an excluded day does not take place.' },
  NEXT_BUSINESS_DAY: {
    name: 'Next business day',
    words: 'A run on an excluded day takes place at the same time on the next day that is not.',
  },
}

export const RECURRENCE_WORDS: Words<Recurrence> = {
  FIXED: {
    name: 'A fixed moment',
    words: 'It keeps its beat from the start of its window, or else from when it is saved; days and weeks keep their time of day.',
  },
  ROLLING: {
    name: 'The end of the run before',
    words: 'The next run comes this long after the one before has ended, so two never meet.',
  },
}
