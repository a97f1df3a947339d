import type { CalendarRule, CatchUp, DstPolicy, OverlapPolicy } from '../../../sdk/generated/operations.ts'

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

export const DST_WORDS: Words<DstPolicy> = {
  ONCE: { name: 'Once a day', words: 'A time that the clocks skip runs as much later, one that they repeat runs the first time only.' },
  LITERAL: { name: 'Literally', words: 'A time that the clocks skip does not run that day, one that they repeat runs twice.' },
}

export const CALENDAR_RULE_WORDS: Words<CalendarRule> = {
  SKIP: { name: 'Leave it out', words: 'A run on an excluded day does not take place.' },
  NEXT_BUSINESS_DAY: {
    name: 'Next business day',
    words: 'A run on an excluded day takes place at the same time on the next day that is not.',
  },
}
