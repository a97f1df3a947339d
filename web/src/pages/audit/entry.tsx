import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { Icon } from '../../ui/icon.tsx'
import { Cell } from '../../ui/list.tsx'
import { Tag } from '../../ui/status.tsx'
import { Moment } from '../../ui/time.tsx'
import { EntryDetail } from './entry-detail.tsx'
import type { AuditEntry } from './page.state.ts'
import { RESULT_WORDS } from './words.ts'

export const AUDIT_COLUMNS = ['When', 'Who', 'What', 'Result']

/** One entry of the audit; opened, it shows all that is kept of it. */
export function AuditListEntry(props: { entry: AuditEntry }): JSX.Element {
  const [open, setOpen] = createSignal(false)
  const it = () => props.entry
  return (
    <li class="audit-entry" data-verb={it().verb}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary class="row">
          <Cell name="When" bare>
            <Moment at={it().at} />
          </Cell>
          <Cell name="Who" bare>
            <span class="clip">{it().actorName ?? it().actor.name}</span>
            <Show when={it().onBehalfOf}>{(person) => <span class="quiet small clip">for {person().name}</span>}</Show>
          </Cell>
          <Cell name="What" bare class="audit-grid__what">
            <code class="audit-entry__verb">{it().verb}</code>
            <span class="quiet small clip">{about(it())}</span>
          </Cell>
          <Cell name="Result" bare class="audit-grid__result">
            <Tag tone={RESULT_WORDS[it().result].tone}>{RESULT_WORDS[it().result].name}</Tag>
            <Show when={it().code}>
              <span class="quiet small clip">{it().code}</span>
            </Show>
          </Cell>
          <Icon name="right" size={14} class="audit-entry__turn" />
        </summary>
        <Show when={open()}>
          <EntryDetail of={it()} />
        </Show>
      </details>
    </li>
  )
}

/** What it is about, the most telling first. */
function about({ action, record, objectType, objectId }: AuditEntry): string {
  const parts = [
    action?.name,
    record ? `${record.type} ${record.id}` : undefined,
    action ? undefined : (objectId ?? objectType ?? undefined),
  ]
  return parts.filter(Boolean).join(' · ')
}
