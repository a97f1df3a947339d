import type { JSX } from 'solid-js'
import { createMemo, createSignal, Show } from 'solid-js'
import type { AttemptViewFragment } from '../../../sdk/generated/operations.ts'
import { bytes } from '../format.ts'
import { headerEntries } from '../receipt/header-entries.ts'
import { Button } from '../ui/button.tsx'
import { CodeView } from '../ui/code-view.tsx'
import { Segments } from '../ui/field.tsx'
import { jsonTree } from './json-tree.ts'
import { JsonTreeView } from './json-tree-view.tsx'
import { looksBinary } from './looks-binary.ts'
import './response-viewer.css'

type Response = Pick<AttemptViewFragment, 'responseCode' | 'responseHeaders' | 'responseBody' | 'truncated'>
type View = 'pretty' | 'tree' | 'raw'

const VIEWS = [
  ['pretty', 'Pretty'],
  ['tree', 'Tree'],
  ['raw', 'Raw'],
] as const

/** The body of a response; JSON indented, as a tree, or as it came. */
export function ResponseViewer(props: { of: Response }): JSX.Element {
  const [asked, setAsked] = createSignal(false)
  const kind = () => {
    const type = headerOf(props.of, 'content-type')
    return type ? ` (${type})` : ''
  }
  return (
    <Show
      when={props.of.responseBody}
      fallback={<p class="quiet small">{props.of.responseCode ? 'The response had no body.' : 'No response came.'}</p>}
    >
      {(body) => (
        <Show
          when={looksBinary(body()) && !asked()}
          fallback={<Body text={body()} note={props.of.truncated ? cutOff(props.of) : undefined} />}
        >
          <p class="response-binary quiet small">
            The response body is not text{kind()}, so it can't be read here.
            <Button small look="ghost" onClick={() => setAsked(true)}>
              Show it all the same
            </Button>
          </p>
        </Show>
      )}
    </Show>
  )
}

function Body(props: { text: string; note: string | undefined }): JSX.Element {
  const [view, setView] = createSignal<View>('pretty')
  const tree = createMemo(() => jsonTree(props.text))
  const shownTree = () => (view() === 'tree' ? tree() : undefined)
  return (
    <CodeView
      text={props.text}
      label="Response body"
      raw={view() === 'raw'}
      note={props.note}
      tools={
        <Show when={tree()}>
          <Segments label="Show the response body as" value={view()} options={VIEWS} onChange={setView} />
        </Show>
      }
    >
      <Show when={shownTree()}>{(root) => <JsonTreeView of={root()} />}</Show>
    </CodeView>
  )
}

function cutOff(response: Response): string {
  const announced = headerOf(response, 'content-length')
  const whole = announced && /^\d+$/.test(announced) ? ` The target announced ${bytes(Number(announced))}.` : ''
  return `Truncated: more came than the 64 KiB that are kept, and this is the beginning.${whole}`
}

const headerOf = ({ responseHeaders }: Response, name: string): string | undefined =>
  headerEntries(responseHeaders).find(([each]) => each.toLowerCase() === name)?.[1]
