import { useParams, useSearchParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { RoleViewFragment } from '../../../../sdk/generated/operations.ts'
import { ConditionHelp } from '../../access/condition-help.tsx'
import { DryRun } from '../../access/dry-run.tsx'
import { LEVEL_WORDS } from '../../access/role-words.ts'
import { may } from '../../access/viewer.ts'
import { Card } from '../../ui/card.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Tag } from '../../ui/status.tsx'
import { PageOf } from '../not-found/page-of.tsx'
import { RoleButtons } from './buttons.tsx'
import type { RoleState } from './page.state.ts'
import { createRoleState } from './page.state.ts'
import { RulesForm } from './rules-form.tsx'

/** What one role may do: with every action, or with the one in the address. */
export function RolePage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const [search, setSearch] = useSearchParams<{ action?: string }>()
  const state = createRoleState(
    () => params.id,
    () => search.action || null,
  )
  return (
    <PageOf what="This role" of={state.role}>
      {(role) => (
        <Loaded
          role={role()}
          state={state}
          actionId={search.action || null}
          choose={(action) => setSearch({ action: action || undefined }, { replace: true })}
        />
      )}
    </PageOf>
  )
}

function Loaded(props: {
  role: RoleViewFragment
  state: RoleState
  actionId: string | null
  choose: (actionId: string) => void
}): JSX.Element {
  const role = () => props.role
  return (
    <>
      <PageHead
        title={role().name}
        back={{ href: '/roles', words: 'Roles' }}
        lead={
          <span class="cluster">
            <Tag>{role().builtIn ? 'Built in' : `Based on ${LEVEL_WORDS[role().level].name}`}</Tag>
            <Show when={role().breakGlass}>
              <Tag tone="warn">Break glass</Tag>
            </Show>
            <span>{LEVEL_WORDS[role().level].words}</span>
            <span class="quiet">
              {role().memberCount} {role().memberCount === 1 ? 'member' : 'members'}
            </span>
          </span>
        }
        actions={
          <Show when={may('ADMINISTER') && !role().builtIn}>
            <RoleButtons role={role()} changed={() => void props.state.role.reload()} />
          </Show>
        }
      />
      <div class="cols">
        <RulesForm state={props.state} actionId={props.actionId} choose={props.choose} />
        <div class="stack stack--loose">
          <Show when={may('MANAGE')}>
            <Card title="What it would have done">
              <DryRun input={props.state.candidate} />
            </Card>
          </Show>
          <Card title="Conditions">
            <ConditionHelp />
          </Card>
        </div>
      </div>
    </>
  )
}
