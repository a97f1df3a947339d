import type { JSX } from 'solid-js'
import { createEffect, createSignal, For, on, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { Capability, MemberViewFragment, TokenViewFragment } from '../../../../sdk/generated/operations.ts'
import { CreateApiTokenDocument, MembersDocument } from '../../../../sdk/generated/operations.ts'
import { RoleField } from '../../access/role-field.tsx'
import { CAPABILITIES, CAPABILITY_WORDS, reachOf } from '../../access/role-words.ts'
import { createRoleChoice } from '../../access/roles.ts'
import { may, viewer } from '../../access/viewer.ts'
import { ask } from '../../live/ask.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { useClient } from '../../live/live.tsx'
import { createWhole } from '../../live/whole.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select, Toggle } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { TextField } from '../../ui/text-field.tsx'

const DAY_MS = 24 * 60 * 60 * 1000

const LIVES = [
  ['', 'Never'],
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['365', 'In a year'],
] as const

const FIELDS = ['name', 'roleId', 'onBehalfOf']

/** Asks what a new token is for and what it may, and makes it. On the page while it asks. */
export function NewTokenDialog(props: { close: () => void; made: (token: TokenViewFragment, text: string) => void }): JSX.Element {
  const client = useClient()
  const roles = createRoleChoice()
  const people = createWhole<MemberViewFragment>(() =>
    ask(client, MembersDocument, {}, (data) => data.members.filter(({ disabledAt }) => disabledAt === null)),
  )
  const create = createCommand(CreateApiTokenDocument)
  const [draft, setDraft] = createStore({ name: '', roleId: '', scopes: [...CAPABILITIES], onBehalfOf: '', agent: false, days: '' })
  const [failure, setFailure] = createSignal<Failure>()
  createEffect(
    on(roles.all, (all) => {
      // Enough to run what there is; whoever needs more is given it on purpose.
      const usual = all.find(({ level }) => level === 'OPERATOR')
      const first = may('ADMINISTER') ? usual?.id : viewer()?.role?.id
      if (!draft.roleId && first) setDraft({ roleId: first })
    }),
  )
  const reach = (): readonly Capability[] => {
    const role = roles.byId(draft.roleId)
    return role ? reachOf(role.level) : CAPABILITIES
  }
  const chosen = () => draft.scopes.filter((scope) => reach().includes(scope))
  const at = (field: string) => (failure()?.field === field ? failure()?.message : undefined)
  const change = (part: Partial<typeof draft>) => {
    setDraft(part)
    setFailure(undefined)
  }
  const run = async () => {
    const all = chosen().length === reach().length
    const { data, failure: refused } = await create.run({
      input: {
        name: draft.name,
        roleId: draft.roleId || undefined,
        scopes: all ? undefined : chosen(),
        onBehalfOf: draft.onBehalfOf || undefined,
        agent: draft.agent,
        expiresAt: draft.days ? new Date(Date.now() + Number(draft.days) * DAY_MS).toISOString() : undefined,
      },
    })
    if (refused) return setFailure(refused)
    props.made(data.createApiToken.apiToken, data.createApiToken.token)
  }
  return (
    <Dialog
      open
      title="New API token"
      confirm="Make token"
      busy={create.busy()}
      error={failure() && !FIELDS.some(at) ? failure()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <TextField
        label="Name"
        error={at('name')}
        hint="What it is for, so that one knows what stops when it is revoked."
        autofocus
        placeholder="deploy pipeline"
        value={draft.name}
        change={(name) => change({ name })}
      />
      <Show when={may('ADMINISTER')} fallback={<p>It has your role and acts for you: what it asks for, you may not approve.</p>}>
        <RoleField of={roles} value={draft.roleId} error={at('roleId')} change={(roleId) => change({ roleId })} />
      </Show>
      <Scopes chosen={chosen()} reach={reach()} change={(scopes) => change({ scopes })} />
      <Show when={may('ADMINISTER')}>
        <Field
          label="On behalf of"
          optional
          error={at('onBehalfOf')}
          hint="The person answers for it: what it asks for, they may not approve."
        >
          {(wiring) => (
            <Select
              {...wiring}
              value={draft.onBehalfOf}
              options={[
                ['', 'Nobody: it acts for itself'],
                ...people.rows.map(({ id, name, email }) => [id, email ? `${name} (${email})` : name] as const),
              ]}
              onChange={(event) => change({ onBehalfOf: event.currentTarget.value })}
            />
          )}
        </Field>
        <LoadFailure what="The members" of={people} />
      </Show>
      <Toggle
        label="Agent"
        hint="For a program that decides by itself. What it does is marked as done by an agent."
        checked={draft.agent}
        onChange={(agent) => change({ agent })}
      />
      <Field label="Expires">
        {(wiring) => (
          <Select {...wiring} value={draft.days} options={LIVES} onChange={(event) => change({ days: event.currentTarget.value })} />
        )}
      </Field>
    </Dialog>
  )
}

/** Which of the role's rights the token has. */
function Scopes(props: {
  chosen: readonly Capability[]
  reach: readonly Capability[]
  change: (scopes: Capability[]) => void
}): JSX.Element {
  const turn = (scope: Capability, on: boolean) =>
    props.change(CAPABILITIES.filter((each) => (each === scope ? on : props.chosen.includes(each))))
  return (
    <fieldset class="scopes">
      <legend>Scopes</legend>
      <For each={CAPABILITIES}>
        {(scope) => (
          <Show when={props.reach.includes(scope)}>
            <label>
              <input
                type="checkbox"
                checked={props.chosen.includes(scope)}
                onChange={(event) => turn(scope, event.currentTarget.checked)}
              />
              <span>
                {CAPABILITY_WORDS[scope].name} <span class="quiet small">{CAPABILITY_WORDS[scope].words}</span>
              </span>
            </label>
          </Show>
        )}
      </For>
    </fieldset>
  )
}
