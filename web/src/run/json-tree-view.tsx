import type { JSX } from 'solid-js'
import { createSignal, For, Show } from 'solid-js'
import type { JsonBranch, JsonNode } from './json-tree.ts'
import './json-tree-view.css'

/** Branches above this depth are open at first. */
const OPEN_DEPTH = 2
/** A list longer than this is closed at first, wherever it is. */
const OPEN_MEMBERS = 50
/** More of one branch is shown only when asked for. */
const MEMBERS_SHOWN = 200

/** JSON as branches that open and close; what is closed is not drawn. */
export function JsonTreeView(props: { of: JsonBranch }): JSX.Element {
  return (
    <div class="json-tree mono">
      <Members of={props.of} depth={0} />
    </div>
  )
}

function Members(props: { of: JsonBranch; depth: number }): JSX.Element {
  const [shown, setShown] = createSignal(MEMBERS_SHOWN)
  return (
    <ul>
      <For each={props.of.members.slice(0, shown())}>
        {([name, node]) => (
          <li>
            <Member name={name} of={node} depth={props.depth} />
          </li>
        )}
      </For>
      <Show when={props.of.members.length > shown()}>
        <li>
          <button type="button" class="link" onClick={() => setShown(shown() + MEMBERS_SHOWN)}>
            {props.of.members.length - shown()} more
          </button>
        </li>
      </Show>
    </ul>
  )
}

function Member(props: { name: string; of: JsonNode; depth: number }): JSX.Element {
  const node = props.of
  if ('text' in node) {
    return (
      <span class="json-tree__leaf">
        <span class="j-key">{props.name}</span>: <span class={`j-${node.kind}`}>{node.text}</span>
      </span>
    )
  }
  const [open, setOpen] = createSignal(props.depth < OPEN_DEPTH && node.members.length <= OPEN_MEMBERS)
  return (
    <details open={open()} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="j-key">{props.name}</span>: <span class="quiet">{size(node)}</span>
      </summary>
      <Show when={open()}>
        <Members of={node} depth={props.depth + 1} />
      </Show>
    </details>
  )
}

function size({ kind, members }: JsonBranch): string {
  const count = `${members.length} ${members.length === 1 ? 'item' : 'items'}`
  return kind === 'array' ? `[ ${count} ]` : `{ ${count} }`
}
