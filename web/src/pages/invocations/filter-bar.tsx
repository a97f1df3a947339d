import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { InvocationStatus } from '../../../../sdk/generated/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { RestingInput } from '../../ui/resting-input.tsx'
import { StatusMark, TONES } from '../../ui/status.tsx'
import { STATUS_WORDS } from '../../words.ts'
import './filter-bar.css'
import type { InvocationsState } from './page.state.ts'
import { TimeFilter } from './time-filter.tsx'

const CHIPS: readonly InvocationStatus[] = [
  'AWAITING_APPROVAL',
  'RUNNING',
  'RETRYING',
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'MISSED',
]

/** What restricts the list, all of which is in the address. */
export function FilterBar(props: { state: InvocationsState }): JSX.Element {
  const { state } = props
  return (
    <fieldset class="filter" aria-label="Show only">
      <div class="filter__chips">
        <For each={CHIPS}>
          {(status) => (
            <button
              type="button"
              class={`chip tone--${TONES[status]}`}
              aria-pressed={state.statuses().includes(status)}
              onClick={() => state.toggle(status)}
            >
              <StatusMark status={status} />
              {STATUS_WORDS[status]}
            </button>
          )}
        </For>
        <Show when={state.filtered()}>
          <Button look="ghost" small icon="cross" onClick={state.clear}>
            Clear
          </Button>
        </Show>
      </div>
      <div class="filter__fields">
        <Select
          aria-label="Action"
          value={state.search().action ?? ''}
          options={state.actionOptions()}
          onChange={(event) => state.set({ action: event.currentTarget.value })}
        />
        <Select
          aria-label="Service"
          value={state.search().service ?? ''}
          options={state.serviceOptions()}
          onChange={(event) => state.set({ service: event.currentTarget.value })}
        />
        <TimeFilter state={state} />
        <RestingInput label="Text of the error" value={state.search().error ?? ''} change={(error) => state.set({ error })} />
        <RestingInput label="Record type" value={state.search().recordType ?? ''} change={(recordType) => state.set({ recordType })} />
        <RestingInput label="Record id" value={state.search().recordId ?? ''} change={(recordId) => state.set({ recordId })} />
      </div>
      <LoadFailure what="The list of actions" of={state.names} />
      <LoadFailure what="The list of services" of={state.services} />
    </fieldset>
  )
}
