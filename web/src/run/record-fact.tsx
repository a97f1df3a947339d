import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Fact } from '../ui/card.tsx'

/** The business object that a run acts on, among the facts about it; nothing for none. */
export function RecordFact(props: { of: { type: string; id: string } | null }): JSX.Element {
  return (
    <Show when={props.of}>
      {(record) => (
        <Fact name="Record">
          {record().type} <code>{record().id}</code>
        </Fact>
      )}
    </Show>
  )
}
