import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import type { Loaded } from '../../live/loaded.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorFace, SkeletonRows } from '../../ui/faces.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { PageOrFirstRun } from '../actions/page-or-first-run.tsx'
import { ComingRuns } from './coming.tsx'
import { Failures } from './failures.tsx'
import { Figures } from './figures.tsx'
import { LatencyChart } from './latency-chart.tsx'
import { OpenCircuits } from './open-circuits.tsx'
import './page.css'
import { createOverviewState } from './page.state.ts'
import { VolumeChart } from './volume-chart.tsx'

/** The start page: the last 24 hours at a glance. */
export function OverviewPage(): JSX.Element {
  const state = createOverviewState()
  const firstRun = () => state.actions.data()?.some === false
  return (
    <PageOrFirstRun title="Overview" lead="The last 24 hours, and what comes next." firstRun={firstRun()}>
      <div class="stack stack--loose">
        <Faces of={state.stats} rows={5}>
          {(stats) => (
            <>
              <Figures stats={stats} backlog={state.backlog.data()} />
              <LoadFailure what="The backlog" of={state.backlog} />
              <div class="overview-charts">
                <VolumeChart stats={stats} />
                <LatencyChart stats={stats} />
              </div>
            </>
          )}
        </Faces>
        <div class="cols">
          <Card
            title="Failures"
            hint="by action and error"
            actions={
              <LinkButton small look="ghost" href="/invocations?status=FAILED&since=24h">
                All
              </LinkButton>
            }
            flush
          >
            <Faces of={state.stats} rows={3} part="The failures" toldAbove>
              {(stats) => <Failures groups={stats.topFailures} />}
            </Faces>
          </Card>
          <div class="stack stack--loose">
            <Card title="Circuits">
              <Faces of={state.circuits} rows={1} part="The circuits">
                {(circuits) => <OpenCircuits services={circuits.open} />}
              </Faces>
            </Card>
            <Card
              title="Next runs"
              actions={
                <LinkButton small look="ghost" href="/schedule">
                  Schedule
                </LinkButton>
              }
            >
              <Faces of={state.coming} rows={3} part="The next runs">
                {(coming) => <ComingRuns runs={coming.runs} />}
              </Faces>
            </Card>
          </div>
        </div>
      </div>
    </PageOrFirstRun>
  )
}

/** What was loaded, or why not: in a few words for a `part` of the page that has a card. `toldAbove`: of the same answer as what is above. */
function Faces<Data extends object>(props: {
  of: Loaded<Data>
  rows: number
  part?: string
  toldAbove?: boolean
  children: (data: Data) => JSX.Element
}): JSX.Element {
  return (
    <Switch
      fallback={
        <Show when={!props.part} fallback={<SkeletonRows count={props.rows} />}>
          <Card flush>
            <SkeletonRows count={props.rows} />
          </Card>
        </Show>
      }
    >
      <Match when={props.of.data()}>
        {(data) => (
          <>
            <Show when={!props.toldAbove}>
              <LoadFailure what="The present state" of={props.of} />
            </Show>
            {props.children(data())}
          </>
        )}
      </Match>
      <Match when={props.toldAbove && props.of.failure()}>
        <p class="failures__none soft">{props.part} could not be loaded, as told above.</p>
      </Match>
      <Match when={props.part && props.of.failure()}>
        <LoadFailure what={props.part ?? ''} of={props.of} />
      </Match>
      <Match when={props.of.failure()}>
        {(failure) => (
          <Card flush>
            <ErrorFace message={failure().message} retry={props.of.reload} />
          </Card>
        )}
      </Match>
    </Switch>
  )
}
