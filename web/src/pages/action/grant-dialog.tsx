import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { GrantViewFragment, MemberViewFragment, TokenViewFragment } from '../../../../sdk/generated/operations.ts'
import { ApiTokensDocument, CreateGrantDocument, MembersDocument } from '../../../../sdk/generated/operations.ts'
import { ConditionField } from '../../access/condition-field.tsx'
import { browserZone } from '../../format.ts'
import { ask } from '../../live/ask.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import { createWhole } from '../../live/whole.ts'
import { localIn, rfc3339In } from '../../schedule/local-time.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { TextField } from '../../ui/text-field.tsx'
import type { Action } from './page.state.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const TOKENS_SHOWN = 100

/** Asks whose runs of an action are approved in advance, how many and until when. */
export function GrantDialog(props: { action: Action; close: () => void; made: (grant: GrantViewFragment) => void }): JSX.Element {
  const client = useClient()
  const create = createCommand(CreateGrantDocument)
  const members = createWhole<MemberViewFragment>(() => ask(client, MembersDocument, {}, (data) => data.members))
  const tokens = createPaged<TokenViewFragment, undefined>(
    () => undefined,
    () => ask(client, ApiTokensDocument, { first: TOKENS_SHOWN }, (data) => data.apiTokens),
  )
  const tomorrow = localIn(browserZone(), Math.floor((Date.now() + DAY_MS) / MINUTE_MS) * MINUTE_MS)
  const [draft, setDraft] = createStore({ who: '', maxRuns: '1', expiresAt: tomorrow, condition: '', comment: '' })
  const [failure, setFailure] = createSignal<Failure>()
  const at = (...fields: string[]) => (fields.includes(failure()?.field ?? '') ? failure()?.message : undefined)
  const set = (key: keyof typeof draft, value: string) => {
    setDraft(key, value)
    setFailure(undefined)
  }
  const run = async () => {
    const { who } = draft
    const { data, failure } = await create.run({
      input: {
        actionId: props.action.id,
        ...(who.startsWith('usr_') && { memberId: who }),
        ...(who.startsWith('tok_') && { tokenId: who }),
        ...(draft.condition.trim() && { condition: draft.condition }),
        ...(draft.maxRuns.trim() && { maxRuns: /^\d+$/.test(draft.maxRuns.trim()) ? Number(draft.maxRuns) : -1 }),
        ...(draft.expiresAt && { expiresAt: rfc3339In(browserZone(), draft.expiresAt) }),
        ...(draft.comment.trim() && { comment: draft.comment.trim() }),
      },
    })
    if (failure) return setFailure(failure)
    props.made(data.createGrant)
    props.close()
  }
  const placed = ['memberId', 'tokenId', 'maxRuns', 'expiresAt', 'condition', 'comment']
  return (
    <Dialog
      open
      title="Approve runs in advance"
      confirm="Grant"
      busy={create.busy()}
      error={failure() && !placed.includes(failure()?.field ?? '') ? failure()?.message : undefined}
      onConfirm={run}
      onClose={props.close}
    >
      <p>
        It counts as your approval, given in advance: where several people have to agree, each of them grants. It lasts until the action is
        edited, and your own runs are never among them.
      </p>
      <Field label="Whose runs" error={at('memberId', 'tokenId')}>
        {(wiring) => (
          <Select
            {...wiring}
            value={draft.who}
            options={[
              ['', 'Everyone’s'],
              ...members.rows.filter(({ you, disabledAt }) => !you && !disabledAt).map(({ id, name }) => [id, name] as const),
              ...tokens.rows.filter(({ revokedAt }) => !revokedAt).map(({ id, name }) => [id, `${name} (API token)`] as const),
            ]}
            onChange={(event) => set('who', event.currentTarget.value)}
          />
        )}
      </Field>
      <LoadFailure what="The members" of={members} />
      <LoadFailure what="The API tokens" of={tokens} />
      <div class="field-line">
        <TextField
          label="Runs"
          optional
          error={at('maxRuns')}
          hint="How many at most."
          inputmode="numeric"
          value={draft.maxRuns}
          change={(text) => set('maxRuns', text)}
        />
        <TextField
          label="Until"
          optional
          type="datetime-local"
          error={at('expiresAt')}
          hint="One of the two is needed."
          value={draft.expiresAt}
          change={(text) => set('expiresAt', text)}
        />
      </div>
      <ConditionField
        label="Only when"
        value={draft.condition}
        actionId={props.action.id}
        error={at('condition')}
        change={(condition) => set('condition', condition)}
      />
      <TextField label="Comment" optional error={at('comment')} value={draft.comment} change={(text) => set('comment', text)} />
    </Dialog>
  )
}
