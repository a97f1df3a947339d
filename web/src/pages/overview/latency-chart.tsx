import type { JSX } from 'solid-js'
import { createMemo } from 'solid-js'
import { duration } from '../../format.ts'
import { Chart } from './chart.tsx'
import { linePath, roundTop } from './chart-scale.ts'
import type { Stats } from './page.state.ts'

/** How long attempts took: half of them were faster than the one line, 95 of 100 faster than the other. */
export function LatencyChart(props: { stats: Stats }): JSX.Element {
  const buckets = () => props.stats.buckets
  const values = (of: 'latencyP50Ms' | 'latencyP95Ms') => buckets().map((bucket) => bucket[of])
  const top = createMemo(() => roundTop(Math.max(1, ...values('latencyP95Ms').map((value) => value ?? 0))))
  const words = (of: 'latencyP50Ms' | 'latencyP95Ms') => values(of).map((value) => (value === null ? '–' : duration(value)))
  const whole = (value: number | null) => (value === null ? 'not measured' : duration(value))
  return (
    <Chart
      title="Latency"
      summary={`Over the whole time the median is ${whole(props.stats.latencyP50Ms)} and the 95th percentile ${whole(props.stats.latencyP95Ms)}.`}
      starts={buckets().map(({ from }) => from)}
      end={props.stats.to}
      top={duration(top())}
      half={top() > 1 ? duration(top() / 2) : ''}
      series={[
        { name: 'p50', look: 'a', kind: 'line', words: words('latencyP50Ms') },
        { name: 'p95', look: 'b', kind: 'dashes', words: words('latencyP95Ms') },
      ]}
    >
      <path class="chart__line chart--a" d={linePath(values('latencyP50Ms'), top())} vector-effect="non-scaling-stroke" />
      <path
        class="chart__line chart__line--dashes chart--b"
        d={linePath(values('latencyP95Ms'), top())}
        vector-effect="non-scaling-stroke"
      />
    </Chart>
  )
}
