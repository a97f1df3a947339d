import type { JSX } from 'solid-js'
import { createSignal, For, Show } from 'solid-js'
import { may } from '../../access/viewer.ts'
import { BulkProgress } from '../../bulk/progress.tsx'
import { createBulkState } from '../../bulk/state.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { BulkDialog } from './bulk-dialog.tsx'
import { countWords } from './bulk-words.ts'
import type { BulkKind } from './filter.ts'
import { bulkFilterOf } from './filter.ts'
import type { InvocationsState } from './page.state.ts'

/** How many there are, and what can be done to all of them. */
export function BulkBar(props: { state: InvocationsState }): JSX.Element {
  const bulk = createBulkState()
  const [asked, setAsked] = createSignal<BulkKind>()
  const can = (kind: BulkKind) => (props.state.count.data()?.number ?? 0) > 0 && bulkFilterOf(kind, props.state.filter()) !== undefined
  return (
    <>
      <Show when={bulk.shown().length > 0}>
        <Card>
          <ul class="bulk-list" aria-label="Bulk operations">
            <For each={bulk.shown()}>
              {(operation) => (
                <li>
                  <BulkProgress of={operation} changed={bulk.reload} dismiss={() => bulk.dismiss(operation.id)} />
                </li>
              )}
            </For>
          </ul>
        </Card>
      </Show>
      <div class="bulk-bar">
        <p class="soft nums" role="status">
          <Show when={props.state.count.data()}>{(count) => countWords(count().number, props.state.filtered())}</Show>
        </p>
        <LoadFailure what="Their number" of={props.state.count} />
        <LoadFailure what="The bulk operations" of={bulk} />
        <Show when={may('OPERATE')}>
          <span class="cluster">
            <Button small icon="retry" disabled={!can('RETRY')} onClick={() => setAsked('RETRY')}>
              Retry all …
            </Button>
            <Button small icon="slash" disabled={!can('CANCEL')} onClick={() => setAsked('CANCEL')}>
              Cancel all …
            </Button>
          </span>
        </Show>
      </div>
      <Show when={asked()} keyed>
        {(kind) => (
          <BulkDialog kind={kind} filter={props.state.present()} close={() => setAsked(undefined)} started={(id) => bulk.started(id)} />
        )}
      </Show>
    </>
  )
}
