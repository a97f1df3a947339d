import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { PreviewRunViewFragment } from '../../../sdk/generated/operations.ts'
import { exact } from '../format.ts'
import { now } from '../ui/clock.ts'
import { Icon } from '../ui/icon.tsx'
import { Relative } from '../ui/time.tsx'
import './run-table.css'

/** Coming runs, local time and UTC side by side; when they are spread, also when each one starts. */
export function RunTable(props: { runs: readonly PreviewRunViewFragment[]; zone: string }): JSX.Element {
  const spread = () => props.runs.some((run) => run.effectiveAt !== run.at)
  return (
    <table class="run-table">
      <thead>
        <tr>
          <th scope="col" title={props.zone}>
            {props.zone === 'UTC' ? 'UTC' : cityOf(props.zone)}
          </th>
          <Show when={props.zone !== 'UTC'}>
            <th scope="col">UTC</th>
            <th scope="col">Offset</th>
          </Show>
        </tr>
      </thead>
      <For each={props.runs}>
        {(run) => (
          <tbody>
            <tr>
              <th scope="row">
                <time dateTime={run.at}>{clock(run.at, props.zone)}</time>
              </th>
              <Show when={props.zone !== 'UTC'}>
                <td>{beside(run.at, props.zone)}</td>
                <td>{run.offset}</td>
              </Show>
            </tr>
            <tr>
              <td colspan="3">
                <Relative at={run.at} zone={props.zone} />
                <Show when={spread()}>
                  {' · starts at '}
                  <time dateTime={run.effectiveAt}>{startOf(run.effectiveAt, props.zone)}</time>
                </Show>
                <Show when={run.note}>
                  <p class="run-table__note">
                    <Icon name="clock" size={14} /> {run.note}
                  </p>
                </Show>
              </td>
            </tr>
          </tbody>
        )}
      </For>
    </table>
  )
}

const cityOf = (zone: string): string => zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone

/** `Sun 8 Mar, 03:30`, with the year in another year and seconds where there are some. */
function clock(at: string, zone: string): string {
  const [day = '', time = ''] = exact(Date.parse(at), zone).split(', ')
  const year = exact(now(), zone).split(', ')[0]?.slice(-5) ?? ''
  return `${day.endsWith(year) ? day.slice(0, -year.length) : day}, ${time.slice(0, 8).replace(/:00$/, '')}`
}

/** UTC beside it: with its day only where that is another. */
function beside(at: string, zone: string): string {
  const [utc, local] = [clock(at, 'UTC'), clock(at, zone)]
  const [day, time = ''] = utc.split(', ')
  return day === local.split(', ')[0] ? time : `${day?.slice(0, 3)} ${time}`
}

const startOf = (at: string, zone: string): string => exact(Date.parse(at), zone).split(', ')[1]?.slice(0, 8) ?? ''
