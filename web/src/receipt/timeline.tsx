import type { JSX } from 'solid-js'
import { createMemo, Index, Show } from 'solid-js'
import { browserZone, everyZone, exact } from '../format.ts'
import { now } from '../ui/clock.ts'
import type { ReceiptSource } from './source.ts'
import { stepsOf } from './steps.ts'
import './timeline.css'

/** What happened to an invocation, line by line; the line at work moves, and counts down or up. */
export function Timeline(props: { of: ReceiptSource }): JSX.Element {
  const steps = createMemo(() => stepsOf(props.of, now()))
  return (
    <ol class="timeline" aria-label="Timeline">
      <Index each={steps()}>
        {(step) => (
          <li class={`step step--${step().state} tone--${step().tone}`} aria-current={step().state === 'current' ? 'step' : undefined}>
            <span class="step__dot" />
            <div class="step__text">
              <span class="step__title nums">{step().title}</span>
              <Show when={step().detail}>
                <span class="quiet small nums">{step().detail}</span>
              </Show>
            </div>
            <Show when={step().at}>
              {(at) => (
                <time class="step__at" dateTime={at()} title={everyZone(Date.parse(at()), browserZone())}>
                  {clock(at())}
                </time>
              )}
            </Show>
          </li>
        )}
      </Index>
    </ol>
  )
}

/** To the millisecond, since a receipt is read for that. */
function clock(at: string): string {
  const whole = exact(Date.parse(at), browserZone())
  return whole.replace(/(\d\d:\d\d:\d\d)/, `$1.${at.slice(20, 23) || '000'}`).replace(/^\w+ (\d+ \w+) \d+,/, '$1,')
}
