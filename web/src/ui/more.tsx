import type { JSX } from 'solid-js'
import { Icon } from './icon.tsx'

/** What few need, behind one line that says what of it is set. It opens by itself once; then it is the reader's. */
export function More(props: { title: string; summary: string; open: boolean; children: JSX.Element }): JSX.Element {
  return (
    <details class="more" open={props.open}>
      <summary>
        <Icon name="right" size={14} />
        <span>{props.title}</span>
        <span class="quiet small">{props.summary}</span>
      </summary>
      <div class="stack more__body">{props.children}</div>
    </details>
  )
}
