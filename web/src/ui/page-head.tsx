import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, Show } from 'solid-js'
import { Icon } from './icon.tsx'
import './page-head.css'

/** The title of a page, which is also the title of the tab, what leads back from it and what can be done on it. */
export function PageHead(props: {
  title: string
  back?: { href: string; words: string }
  lead?: JSX.Element
  actions?: JSX.Element
}): JSX.Element {
  createEffect(() => {
    document.title = `${props.title} · Docket`
  })
  return (
    <header class="page-head">
      <div class="page-head__words">
        <Show when={props.back}>
          {(back) => (
            <A href={back().href} class="page-head__back">
              <Icon name="right" size={12} />
              {back().words}
            </A>
          )}
        </Show>
        <h1>{props.title}</h1>
        <Show when={props.lead}>
          <div class="page-head__lead">{props.lead}</div>
        </Show>
      </div>
      <Show when={props.actions}>
        <div class="cluster">{props.actions}</div>
      </Show>
    </header>
  )
}
