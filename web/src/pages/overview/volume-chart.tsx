import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createMemo, For, Index } from 'solid-js'
import { Chart } from './chart.tsx'
import { roundTop, stack } from './chart-scale.ts'
import type { Stats } from './page.state.ts'

const LOOKS = ['b', 'a', 'c'] as const
/** Part of a bucket that its bar fills. */
const WIDTH = 0.76

/** How many invocations came to their end when, and how. A press on a bar lists them. */
export function VolumeChart(props: { stats: Stats }): JSX.Element {
  const navigate = useNavigate()
  const buckets = () => props.stats.buckets
  const top = createMemo(() => roundTop(Math.max(0, ...buckets().map(({ succeeded, failed, other }) => succeeded + failed + other))))
  const figures = (of: 'succeeded' | 'failed' | 'other') => buckets().map((bucket) => number(bucket[of]))
  const pick = (bucket: number) => {
    const from = buckets()[bucket]?.from
    const to = buckets()[bucket + 1]?.from ?? props.stats.to
    if (from) navigate(`/invocations?${new URLSearchParams({ from, to })}`)
  }
  return (
    <Chart
      title="Volume"
      summary={`${number(props.stats.total)} invocations: ${number(props.stats.succeeded)} succeeded, ${number(props.stats.failed)} failed, ${number(props.stats.missed)} missed, ${number(props.stats.cancelled)} cancelled.`}
      starts={buckets().map(({ from }) => from)}
      end={props.stats.to}
      top={number(top())}
      half={top() > 1 ? number(top() / 2) : ''}
      series={[
        { name: 'Failed', look: 'b', kind: 'bar', words: figures('failed') },
        { name: 'Succeeded', look: 'a', kind: 'bar', words: figures('succeeded') },
        { name: 'Missed or cancelled', look: 'c', kind: 'bar', words: figures('other') },
      ]}
      pick={pick}
    >
      <Index each={buckets()}>
        {(bucket, index) => (
          <For each={stack([bucket().failed, bucket().succeeded, bucket().other], top())}>
            {({ y, height }, part) => (
              <rect class={`chart__bar chart--${LOOKS[part()]}`} x={index + (1 - WIDTH) / 2} y={y} width={WIDTH} height={height} />
            )}
          </For>
        )}
      </Index>
    </Chart>
  )
}

const number = (value: number): string => value.toLocaleString('en-GB')
