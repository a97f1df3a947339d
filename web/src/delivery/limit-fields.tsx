import type { JSX } from 'solid-js'
import type { RatePeriod } from '../../../sdk/generated/operations.ts'
import { Field, Input, Select } from '../ui/field.tsx'
import './delivery.css'
import type { LimitDraft } from './limit-words.ts'

const PERIODS = [
  ['SECOND', 'a second'],
  ['MINUTE', 'a minute'],
] as const

/** How many runs may be under way at once, and how many may start in a time. `mistake` tells which of the fields is wrong. */
export function LimitFields(props: {
  of: LimitDraft
  change: (part: Partial<LimitDraft>) => void
  mistake: (field: string) => string | undefined
}): JSX.Element {
  return (
    <>
      <Field
        label="At a time"
        optional
        error={props.mistake('maxConcurrency')}
        hint="Runs that may be under way at once. Empty for no limit."
      >
        {(wiring) => (
          <Input
            {...wiring}
            class="delivery-number"
            inputmode="numeric"
            placeholder="no limit"
            value={props.of.maxConcurrency}
            onInput={(event) => props.change({ maxConcurrency: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field
        label="Rate"
        optional
        error={props.mistake('rateLimit') ?? props.mistake('ratePeriod')}
        hint="Runs that may start in that time. The others wait their turn; none is lost."
      >
        {(wiring) => (
          <span class="delivery-rate">
            <Input
              {...wiring}
              inputmode="numeric"
              placeholder="no limit"
              value={props.of.rateLimit}
              onInput={(event) => props.change({ rateLimit: event.currentTarget.value })}
            />
            <Select
              aria-label="Per"
              value={props.of.ratePeriod}
              options={PERIODS}
              onChange={(event) => props.change({ ratePeriod: event.currentTarget.value as RatePeriod })}
            />
          </span>
        )}
      </Field>
    </>
  )
}
