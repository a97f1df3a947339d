import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { duration } from '../../format.ts'
import { Icon } from '../../ui/icon.tsx'
import type { Backlog, Stats } from './page.state.ts'

/** The day in a few numbers, each of which leads to what it counts. */
export function Figures(props: { stats: Stats; backlog: Backlog | null | undefined }): JSX.Element {
  const { stats } = props
  return (
    <ul class="figures" aria-label="Last 24 hours">
      <Figure name="Success rate" value={rateWords(props.stats.successRate)} words={verdict(props.stats)} bad={isBad(props.stats)} />
      <Figure
        name="Invocations"
        value={number(props.stats.total)}
        words={`${number(props.stats.succeeded)} succeeded`}
        href="/invocations?since=24h"
      />
      <Figure
        name="Failed"
        value={number(props.stats.failed)}
        words={props.stats.missed > 0 ? `and ${number(props.stats.missed)} missed` : 'none missed'}
        bad={props.stats.failed > 0}
        href="/invocations?status=FAILED&since=24h"
      />
      <Figure
        name="Latency p50"
        value={stats.latencyP50Ms === null ? '–' : duration(props.stats.latencyP50Ms ?? 0)}
        words={props.stats.latencyP95Ms === null ? 'nothing was sent' : `p95 ${duration(props.stats.latencyP95Ms)}`}
      />
      <Show when={props.backlog}>
        {(backlog) => (
          <Figure
            name="Backlog"
            value={number(backlog().due)}
            words={`due; ${number(backlog().running)} running, ${number(backlog().retrying)} retrying`}
            href="/invocations?status=PENDING,RUNNING,RETRYING"
          />
        )}
      </Show>
    </ul>
  )
}

function Figure(props: { name: string; value: string; words: string; bad?: boolean; href?: string }): JSX.Element {
  return (
    <li class="figure" classList={{ 'figure--bad': props.bad ?? false }}>
      <span class="figure__name">
        <Show when={props.href} fallback={props.name}>
          {(href) => (
            <A href={href()} class="whole-link">
              {props.name}
            </A>
          )}
        </Show>
      </span>
      <b class="figure__value nums">
        <Show when={props.bad}>
          <Icon name="warning" size={16} />
        </Show>
        {props.value}
      </b>
      <span class="figure__words nums">{props.words}</span>
    </li>
  )
}

/** `99.98 %`; never rounded up to a whole that it is not. */
function rateWords(rate: number | null): string {
  if (rate === null) return '–'
  const percent = rate * 100
  if (percent > 99 && percent < 100) return `${Math.floor(percent * 100) / 100} %`
  return `${Math.floor(percent * 10) / 10} %`
}

/** Below this something deserves a look. */
const GOOD_RATE = 0.99

const isBad = ({ successRate }: Stats): boolean => successRate !== null && successRate < GOOD_RATE

function verdict({ successRate, failed }: Stats): string {
  if (successRate === null) return 'nothing ended yet'
  return failed === 0 ? 'nothing failed' : `${number(failed)} failed`
}

const number = (value: number): string => value.toLocaleString('en-GB')
