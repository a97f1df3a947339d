import type { JSX } from 'solid-js'
import { createUniqueId, For, Show } from 'solid-js'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { RestingInput } from '../../ui/resting-input.tsx'
import '../invocations/filter-bar.css'
import { TimeFilter } from '../invocations/time-filter.tsx'
import type { AuditState } from './page.state.ts'
import { NOUNS, RESULT_WORDS, VERBS } from './words.ts'

const RESULTS = [['', 'Any result'] as const, ...Object.entries(RESULT_WORDS).map(([key, { name }]) => [key, name] as const)]

/** What restricts the audit, all of which is in the address. */
export function AuditFilterBar(props: { state: AuditState }): JSX.Element {
  const { state } = props
  const verbs = createUniqueId()
  return (
    <fieldset class="filter" aria-label="Show only">
      <div class="filter__fields">
        <TimeFilter state={state} />
        <Select
          aria-label="Person or token"
          value={state.search().actor ?? ''}
          options={state.actorOptions()}
          onChange={(event) => state.set({ actor: event.currentTarget.value })}
        />
        <RestingInput label="Verb" list={verbs} value={state.search().verb ?? ''} change={(verb) => state.set({ verb })} />
        <datalist id={verbs}>
          <For each={[...NOUNS, ...VERBS]}>{(verb) => <option value={verb} />}</For>
        </datalist>
        <Select
          aria-label="Result"
          value={state.search().result ?? ''}
          options={RESULTS}
          onChange={(event) => state.set({ result: event.currentTarget.value })}
        />
        <Select
          aria-label="Action"
          value={state.search().action ?? ''}
          options={state.actionOptions()}
          onChange={(event) => state.set({ action: event.currentTarget.value })}
        />
        <RestingInput label="Record type" value={state.search().recordType ?? ''} change={(recordType) => state.set({ recordType })} />
        <RestingInput label="Record id" value={state.search().recordId ?? ''} change={(recordId) => state.set({ recordId })} />
        <RestingInput label="Text anywhere in it" value={state.search().text ?? ''} change={(text) => state.set({ text })} />
      </div>
      <Show when={state.filtered()}>
        <div class="filter__chips">
          <Show when={state.search().invocation}>{(id) => <code class="small">{id()}</code>}</Show>
          <Button look="ghost" small icon="cross" onClick={state.clear}>
            Clear
          </Button>
        </div>
      </Show>
      <LoadFailure what="The list of members" of={state.members} />
      <LoadFailure what="The list of actions" of={state.actions} />
    </fieldset>
  )
}
