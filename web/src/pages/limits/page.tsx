import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { LimitViewFragment } from '../../../../sdk/generated/operations.ts'
import { ConcurrencyLimitsDocument } from '../../../../sdk/generated/operations.ts'
import { limitWords } from '../../delivery/limit-words.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell, List } from '../../ui/list.tsx'
import '../settings/page.css'
import { SettingsHead } from '../settings/tabs.tsx'
import { DeleteLimitDialog } from './delete-dialog.tsx'
import { LimitDialog } from './limit-dialog.tsx'

type Asked = { what: 'add' } | { what: 'edit' | 'delete'; limit: LimitViewFragment }

const PAGE_SIZE = 50

/** The limits of concurrency keys, which actions share across services. */
export function LimitsPage(): JSX.Element {
  const client = useClient()
  const limits = createPaged<LimitViewFragment, undefined>(
    () => undefined,
    async (_, after) => {
      const { data, error } = await client.query(ConcurrencyLimitsDocument, { first: PAGE_SIZE, after }).toPromise()
      return { data: data?.concurrencyLimits, error }
    },
  )
  const [asked, setAsked] = createSignal<Asked>()
  const close = () => setAsked(undefined)
  const chosen = (what: 'edit' | 'delete') => {
    const it = asked()
    return it && it.what !== 'add' && it.what === what ? it.limit : undefined
  }
  const saved = (limit: LimitViewFragment) => {
    if (!limits.patch(limit.id, (row) => Object.assign(row, limit))) limits.insert(limit)
  }
  return (
    <>
      <SettingsHead title="Concurrency keys" />
      <div class="cols">
        <Card
          title="Concurrency keys"
          actions={
            <Button small icon="plus" onClick={() => setAsked({ what: 'add' })}>
              Set a limit
            </Button>
          }
          flush
        >
          <List
            label="Concurrency keys"
            of={limits}
            grid="settings-grid settings-grid--limits"
            columns={['Key', 'Limit', 'Under way', '']}
            empty={
              <EmptyFace icon="services" title="No limit is set">
                Actions with the same concurrency key run one at a time, unless a limit here says otherwise.
              </EmptyFace>
            }
          >
            {(limit) => (
              <li class="row">
                <Cell name="Key" bare>
                  <span class="row__title mono wrap-anywhere">{limit.key}</span>
                </Cell>
                <Cell name="Limit">
                  <span class="soft">{limitWords(limit) ?? 'none'}</span>
                </Cell>
                <Cell name="Under way">
                  <span class="soft nums">{limit.running}</span>
                </Cell>
                <div class="row__buttons">
                  <IconButton icon="edit" label={`Change the limit of ${limit.key}`} onClick={() => setAsked({ what: 'edit', limit })} />
                  <IconButton icon="trash" label={`Delete the limit of ${limit.key}`} onClick={() => setAsked({ what: 'delete', limit })} />
                </div>
              </li>
            )}
          </List>
        </Card>
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
      <LimitDialog open={asked()?.what === 'add' || asked()?.what === 'edit'} limit={chosen('edit')} close={close} saved={saved} />
      <Show when={chosen('delete')}>{(limit) => <DeleteLimitDialog limit={limit()} close={close} gone={limits.remove} />}</Show>
    </>
  )
}
