import type { JSX } from 'solid-js'
import { createMemo, createSignal, createUniqueId, For, Show } from 'solid-js'
import { browserZone, exact } from '../../format.ts'
import { offsetIn } from '../../schedule/local-time.ts'
import { Card } from '../../ui/card.tsx'
import { hoursOf } from '../schedule/lanes.ts'
import { partAt } from './chart-scale.ts'
import './chart.css'

/** One thing that is drawn, and how it is told. */
export interface Series {
  name: string
  /** One of chart--a to chart--c: the colour, which is another shade and not only another hue. */
  look: 'a' | 'b' | 'c'
  kind: 'bar' | 'line' | 'dashes'
  /** What it comes to in each bucket, ready to be read. */
  words: string[]
}

/**
 * A chart over time in equal buckets. The picture is for the eye; the same values are behind a hidden slider, which arrow keys move, and
 * in a table.
 *
 * @param props.summary what the whole picture says, in a sentence
 * @param props.pick is called with a bucket that is chosen by a press
 */
export function Chart(props: {
  title: string
  summary: string
  starts: readonly string[]
  end: string
  top: string
  half: string
  series: Series[]
  pick?: (bucket: number) => void
  children: JSX.Element
}): JSX.Element {
  const [at, setAt] = createSignal<number>()
  const [table, setTable] = createSignal(false)
  const id = createUniqueId()
  const count = () => props.starts.length
  const begins = (bucket: number) => Date.parse(props.starts[bucket] ?? props.end)
  const ends = (bucket: number) => Date.parse(props.starts[bucket + 1] ?? props.end)
  const when = (bucket: number) => `${clock(begins(bucket))} to ${clock(ends(bucket))}`
  const told = (bucket: number) =>
    `${when(bucket)}: ${props.series.map(({ name, words }) => `${words[bucket]} ${name.toLowerCase()}`).join(', ')}`
  const over = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect()
    setAt(partAt((event.clientX - box.left) / box.width, count()))
  }
  return (
    <Card
      title={props.title}
      actions={
        <button type="button" class="chart__switch" aria-pressed={table()} onClick={() => setTable(!table())}>
          Table<span class="sr-only"> of {props.title.toLowerCase()}</span>
        </button>
      }
    >
      <Show when={!table()} fallback={<ChartTable title={props.title} series={props.series} count={count()} when={when} />}>
        <figure class="chart">
          <figcaption class="chart__legend">
            <For each={props.series}>
              {({ name, look, kind }) => (
                <span>
                  <i class={`chart__key chart__key--${kind} chart--${look}`} />
                  {name}
                </span>
              )}
            </For>
          </figcaption>
          <div class="chart__y" aria-hidden="true">
            <span>{props.top}</span>
            <span>{props.half}</span>
            <span>0</span>
          </div>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the slider in it is the same for the keyboard */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
          <div
            class="chart__plot"
            classList={{ 'chart__plot--pick': props.pick !== undefined }}
            onPointerMove={over}
            onPointerLeave={() => setAt(undefined)}
            onClick={() => at() !== undefined && props.pick?.(at() ?? 0)}
          >
            <input
              type="range"
              class="chart__slider"
              aria-label={`${props.title}, bucket by bucket`}
              min="0"
              max={count() - 1}
              value={at() ?? count() - 1}
              aria-valuetext={told(at() ?? count() - 1)}
              onFocus={() => setAt((held) => held ?? count() - 1)}
              onBlur={() => setAt(undefined)}
              onInput={(event) => setAt(Number(event.currentTarget.value))}
              onKeyDown={(event) => event.key === 'Enter' && at() !== undefined && props.pick?.(at() ?? 0)}
            />
            <svg viewBox={`0 0 ${count()} 100`} preserveAspectRatio="none" role="img" aria-labelledby={`${id}-title ${id}-desc`}>
              <title id={`${id}-title`}>{props.title}</title>
              <desc id={`${id}-desc`}>{props.summary}</desc>
              <path class="chart__grid" d={`M0 0H${count()}M0 50H${count()}M0 100H${count()}`} vector-effect="non-scaling-stroke" />
              <Show when={at() !== undefined}>
                <rect class="chart__here" x={at()} y="0" width="1" height="100" />
              </Show>
              {props.children}
            </svg>
            <Show when={at() !== undefined}>
              <Readout bucket={at() ?? 0} count={count()} when={when} series={props.series} />
            </Show>
          </div>
          <Axis from={begins(0)} to={Date.parse(props.end)} />
        </figure>
      </Show>
    </Card>
  )
}

/** The values of one bucket, beside it. */
function Readout(props: { bucket: number; count: number; when: (bucket: number) => string; series: Series[] }): JSX.Element {
  const left = () => props.bucket < props.count / 2
  const place = () => `${(left() ? (props.bucket + 1) / props.count : 1 - props.bucket / props.count) * 100}%`
  return (
    <div class="chart__readout" aria-hidden="true" style={left() ? { left: place() } : { right: place() }}>
      <b class="nums">{props.when(props.bucket)}</b>
      <For each={props.series}>
        {({ name, look, kind, words }) => (
          <span>
            <i class={`chart__key chart__key--${kind} chart--${look}`} />
            {name} <b class="nums">{words[props.bucket]}</b>
          </span>
        )}
      </For>
    </div>
  )
}

const AXIS_HOURS = 3
/** Closer to an end than this part of the axis, a word would stick out. */
const EDGE = 0.03

function Axis(props: { from: number; to: number }): JSX.Element {
  const share = (at: number) => (at - props.from) / (props.to - props.from)
  const marks = createMemo(() =>
    hoursOf(props.from, props.to, AXIS_HOURS, (at) => offsetIn(browserZone(), at)).filter((at) => share(at) > EDGE && share(at) < 1 - EDGE),
  )
  return (
    <div class="chart__x" aria-hidden="true">
      <For each={marks()}>
        {(at) => (
          <span
            classList={{ 'chart__x--fine': Number(clock(at).slice(0, 2)) % (2 * AXIS_HOURS) !== 0 }}
            style={{ left: `${share(at) * 100}%` }}
          >
            {clock(at)}
          </span>
        )}
      </For>
    </div>
  )
}

function ChartTable(props: { title: string; series: Series[]; count: number; when: (bucket: number) => string }): JSX.Element {
  return (
    <section class="chart-table" tabindex="0" aria-label={props.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <For each={props.series}>{({ name }) => <th scope="col">{name}</th>}</For>
          </tr>
        </thead>
        <tbody>
          <For each={Array.from({ length: props.count }, (_, bucket) => bucket)}>
            {(bucket) => (
              <tr>
                <th scope="row">{props.when(bucket)}</th>
                <For each={props.series}>{({ words }) => <td>{words[bucket]}</td>}</For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

/** `14:30` in the browser's zone. */
const clock = (at: number): string => exact(at, browserZone()).split(', ')[1]?.slice(0, 5) ?? ''
