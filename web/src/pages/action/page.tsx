import { useParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { ActionPermissionsCard } from '../../access/action-permissions.tsx'
import { browserZone } from '../../format.ts'
import { ACTION_INVOCATION_COLUMNS, InvocationListRow } from '../../invocation-list/row.tsx'
import { RequestView } from '../../receipt/request-view.tsx'
import { scheduleWords } from '../../schedule-words.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Tag } from '../../ui/status.tsx'
import { Relative } from '../../ui/time.tsx'
import { KIND_WORDS } from '../../words.ts'
import { PageOf } from '../not-found/page-of.tsx'
import { ActionApprovalCard } from './approval-card.tsx'
import { BackfillCard } from './backfills.tsx'
import { ActionButtons } from './buttons.tsx'
import { ActionFacts } from './facts.tsx'
import { GrantsCard } from './grants.tsx'
import { NextRuns } from './next-runs.tsx'
import './page.css'
import type { Action } from './page.state.ts'
import { createActionState } from './page.state.ts'
import { ActionPolicies, hasPolicies } from './policies.tsx'
import { RunStrip } from './run-strip.tsx'
import { ScheduleButtons } from './schedule-buttons.tsx'

export function ActionPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const state = createActionState(() => params.id)
  return (
    <PageOf what="This action" of={state.action}>
      {(action) => <Loaded action={action()} state={state} />}
    </PageOf>
  )
}

function Loaded(props: { action: Action; state: ReturnType<typeof createActionState> }): JSX.Element {
  const action = () => props.action
  return (
    <>
      <PageHead
        title={action().name}
        back={{ href: '/actions', words: 'Actions' }}
        lead={
          <span class="cluster">
            <StateTag action={action()} />
            <Show when={action().schedule} fallback={KIND_WORDS[action().kind]}>
              {(schedule) => (
                <>
                  <span>{scheduleWords(schedule(), browserZone()).main}</span>
                  <span class="quiet">{scheduleWords(schedule(), browserZone()).detail}</span>
                  <Show when={action().nextRuns[0]}>
                    {(next) => (
                      <span>
                        next <Relative at={next().at} zone={schedule().timezone} />
                      </span>
                    )}
                  </Show>
                </>
              )}
            </Show>
          </span>
        }
        actions={<ActionButtons action={action()} set={props.state.action.set} />}
      />
      <div class="stack stack--loose">
        <Show when={!action().enabled && action().pauseNote}>
          {(note) => (
            <p class="pause-note">
              <b>Paused:</b> {note()}
            </p>
          )}
        </Show>
        <div class="cols">
          <Card
            title="Invocations"
            actions={
              <>
                <RunStrip rows={props.state.invocations.rows} />
                <LinkButton small look="ghost" href={`/invocations?action=${action().id}`}>
                  Filter
                </LinkButton>
              </>
            }
            flush
          >
            <List
              label="Invocations"
              of={props.state.invocations}
              grid="runs-grid runs-grid--narrow"
              columns={ACTION_INVOCATION_COLUMNS}
              empty={
                <EmptyFace icon="runs" title="Not run yet">
                  {action().nextRunAt ? 'The first run appears here the moment it begins.' : 'Press “Invoke now” to run it once.'}
                </EmptyFace>
              }
            >
              {(row) => <InvocationListRow row={row} within />}
            </List>
          </Card>
          <div class="stack stack--loose">
            <Show when={action().kind !== 'ON_DEMAND'}>
              <Card title="Next runs" actions={<ScheduleButtons action={action()} state={props.state} />}>
                <NextRuns action={action()} />
              </Card>
              <BackfillCard of={props.state.backfills} />
              <Show when={hasPolicies(action())}>
                <Card title="Policies">
                  <ActionPolicies action={action()} />
                </Card>
              </Show>
            </Show>
            <ActionApprovalCard action={action()} />
            <Card title="Request">
              <RequestView of={{ ...action(), url: action().target.url }} />
            </Card>
            <Card title="Details">
              <ActionFacts action={action()} />
            </Card>
            <GrantsCard action={action()} />
          </div>
        </div>
        <ActionPermissionsCard actionId={action().id} />
      </div>
    </>
  )
}

function StateTag(props: { action: Action }): JSX.Element {
  return (
    <Show
      when={!props.action.completed}
      fallback={
        <Tag>
          {props.action.maxRuns !== null && props.action.runsMade >= props.action.maxRuns
            ? `Completed after ${props.action.runsMade} ${props.action.runsMade === 1 ? 'run' : 'runs'}`
            : 'Completed'}
        </Tag>
      }
    >
      <Tag tone={props.action.enabled ? 'good' : 'warn'}>{props.action.enabled ? 'Enabled' : 'Paused'}</Tag>
    </Show>
  )
}
