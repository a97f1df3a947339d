import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { may } from '../../access/viewer.ts'
import type { Paged } from '../../live/paged.ts'
import type { AskedRow } from '../../ui/asked-row.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { List } from '../../ui/list.tsx'
import './page.css'

/**
 * A card with all that the project keeps of one kind, and for who may manage it the buttons that ask to add, to change or to delete one.
 *
 * @param props.grid the end of the class that lays out the rows, see page.css
 * @param props.changes what the button of a row says that asks to change it; likewise `deletes`
 * @param props.children the cells of a row
 */
export function KeptRows<Row extends { id: string }>(props: {
  title: string
  hint?: string
  add: string
  of: Paged<Row>
  asked: AskedRow<Row>
  grid: string
  columns: string[]
  empty: JSX.Element
  changes: (row: Row) => string
  deletes: (row: Row) => string
  children: (row: Row) => JSX.Element
}): JSX.Element {
  return (
    <Card
      title={props.title}
      hint={props.hint}
      actions={
        <Show when={may('MANAGE')}>
          <Button small icon="plus" onClick={props.asked.add}>
            {props.add}
          </Button>
        </Show>
      }
      flush
    >
      <List
        label={props.title}
        of={props.of}
        grid={`settings-grid settings-grid--${props.grid}`}
        columns={[...props.columns, '']}
        empty={props.empty}
      >
        {(row) => (
          <li class="row">
            {props.children(row)}
            <div class="row__buttons">
              <Show when={may('MANAGE')}>
                <IconButton icon="edit" label={props.changes(row)} onClick={() => props.asked.change(row)} />
                <IconButton icon="trash" label={props.deletes(row)} onClick={() => props.asked.delete(row)} />
              </Show>
            </div>
          </li>
        )}
      </List>
    </Card>
  )
}
