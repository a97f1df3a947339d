import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { LimitViewFragment } from '../../../../sdk/generated/operations.ts'
import { ConcurrencyLimitsDocument, SetConcurrencyLimitDocument } from '../../../../sdk/generated/operations.ts'
import { limitWords } from '../../delivery/limit-words.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import { createAskedRow } from '../../ui/asked-row.ts'
import { Card } from '../../ui/card.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell } from '../../ui/list.tsx'
import { KeptRows } from '../settings/kept-rows.tsx'
import { SettingsHead } from '../settings/tabs.tsx'
import { LimitDialog } from './limit-dialog.tsx'

const PAGE_SIZE = 50

/** The limits of concurrency keys, which actions share across services. */
export function LimitsPage(): JSX.Element {
  const client = useClient()
  const limits = createPaged<LimitViewFragment, undefined>(
    () => undefined,
    (_, after) => ask(client, ConcurrencyLimitsDocument, { first: PAGE_SIZE, after }, (data) => data.concurrencyLimits),
  )
  const asked = createAskedRow<LimitViewFragment>()
  return (
    <>
      <SettingsHead title="Concurrency keys" />
      <div class="cols">
        <KeptRows
          title="Concurrency keys"
          add="Set a limit"
          of={limits}
          asked={asked}
          grid="limits"
          columns={['Key', 'Limit', 'Under way']}
          empty={
            <EmptyFace icon="services" title="No limit is set">
              Actions with the same concurrency key run one at a time, unless a limit here says otherwise.
            </EmptyFace>
          }
          changes={({ key }) => `Change the limit of ${key}`}
          deletes={({ key }) => `Delete the limit of ${key}`}
        >
          {(limit) => (
            <>
              <Cell name="Key" bare>
                <span class="row__title mono wrap-anywhere">{limit.key}</span>
              </Cell>
              <Cell name="Limit">
                <span class="soft">{limitWords(limit) ?? 'none'}</span>
              </Cell>
              <Cell name="Under way">
                <span class="soft nums">{limit.running}</span>
              </Cell>
            </>
          )}
        </KeptRows>
        <Card title="What they are for">
          <div class="how soft">
            <p>
              Give actions that share something (a database, an account, a customer) the same concurrency key. Their runs then share one
              limit, whatever service they call.
            </p>
            <p>Without a limit here, runs with the same key go one at a time. What has to wait keeps its place; none is lost.</p>
          </div>
        </Card>
      </div>
      <LimitDialog open={asked.editing()} limit={asked.changed()} close={asked.close} saved={limits.put} />
      <Show when={asked.deleted()} keyed>
        {({ id, key }) => (
          <ConfirmDialog
            title={`Delete the limit of ${key}?`}
            confirm="Delete"
            command={SetConcurrencyLimitDocument}
            variables={{ key: key ?? '', limit: null }}
            done={() => limits.remove(id)}
            close={asked.close}
          >
            <p>Runs with this key then go one at a time.</p>
          </ConfirmDialog>
        )}
      </Show>
    </>
  )
}
