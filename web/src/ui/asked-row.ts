import { createSignal } from 'solid-js'

export type AskedRow<Row> = ReturnType<typeof createAskedRow<Row>>

/** What is being asked about the rows of a list, one question at a time: to add one, to change one or to delete one. */
export function createAskedRow<Row>() {
  const [asked, setAsked] = createSignal<{ what: 'add' } | { what: 'change' | 'delete'; row: Row }>()
  const chosen = (what: 'change' | 'delete'): Row | undefined => {
    const it = asked()
    return it && it.what !== 'add' && it.what === what ? it.row : undefined
  }
  return {
    add: () => setAsked({ what: 'add' }),
    change: (row: Row) => setAsked({ what: 'change', row }),
    delete: (row: Row) => setAsked({ what: 'delete', row }),
    close: () => setAsked(undefined),
    /** Whether the dialog that adds and changes is open. */
    editing: () => asked()?.what === 'add' || asked()?.what === 'change',
    changed: () => chosen('change'),
    deleted: () => chosen('delete'),
  }
}
