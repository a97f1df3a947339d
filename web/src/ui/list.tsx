import type { JSX } from 'solid-js'
import { For, Match, Show, Switch } from 'solid-js'
import type { Paged } from '../live/paged.ts'
import { Button } from './button.tsx'
import { ErrorFace, SkeletonRows } from './faces.tsx'
import './list.css'

/**
 * A list with its four faces. `columns` are the words above the columns; `grid` names the class that lays out head and rows.
 * Each row is a list item, and says in `Cell`s what its columns are called.
 */
export function List<Row extends { id: string }>(props: {
  label: string
  of: Paged<Row>
  grid: string
  columns: string[]
  empty: JSX.Element
  children: (row: Row) => JSX.Element
}): JSX.Element {
  return (
    <div class={`list ${props.grid}`}>
      <Switch>
        <Match when={props.of.face() === 'skeleton'}>
          <SkeletonRows />
        </Match>
        <Match when={props.of.face() === 'error'}>
          <ErrorFace message={props.of.failure()?.message ?? ''} retry={props.of.reload} />
        </Match>
        <Match when={props.of.face() === 'empty'}>{props.empty}</Match>
        <Match when={props.of.face() === 'rows'}>
          <div class="list__head" aria-hidden="true">
            <For each={props.columns}>{(column) => <span>{column}</span>}</For>
          </div>
          <ul aria-label={props.label}>
            <For each={props.of.rows}>{props.children}</For>
          </ul>
          <Show when={props.of.failure()}>
            {(failure) => (
              <p class="list__note tone--bad" role="alert">
                {failure().message}
                <Button small onClick={() => props.of.reload()}>
                  Try again
                </Button>
              </p>
            )}
          </Show>
          <Show when={props.of.hasMore()}>
            <div class="list__more">
              <Button busy={props.of.loadingMore()} onClick={() => props.of.loadMore()}>
                Load more
              </Button>
            </div>
          </Show>
        </Match>
      </Switch>
    </div>
  )
}

/** One column of a row. Its name is read out, and shown where the row is a card. */
export function Cell(props: { name: string; class?: string; bare?: boolean; children: JSX.Element }): JSX.Element {
  return (
    <div class={`cell ${props.class ?? ''}`}>
      <span class={props.bare ? 'sr-only' : 'cell__name'}>{props.name}</span>
      <div class="cell__value">{props.children}</div>
    </div>
  )
}
