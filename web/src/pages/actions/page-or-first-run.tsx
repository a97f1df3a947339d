import type { JSX } from 'solid-js'
import { lazy, Show, Suspense } from 'solid-js'
import { may } from '../../access/viewer.ts'
import { LinkButton } from '../../ui/button.tsx'
import { PageHead } from '../../ui/page-head.tsx'

// Seen once: whoever has an action does not load it.
const FirstRun = lazy(async () => ({ default: (await import('./first-run.tsx')).FirstRun }))

/** A page about actions, with the way to a new one; in its place the way in, as long as there is none. */
export function PageOrFirstRun(props: { title: string; lead?: JSX.Element; firstRun: boolean; children: JSX.Element }): JSX.Element {
  return (
    <>
      <PageHead
        title={props.title}
        lead={props.firstRun ? undefined : props.lead}
        actions={
          <Show when={!props.firstRun && may('MANAGE')}>
            <LinkButton href="/actions/new" look="primary" icon="plus">
              New action
            </LinkButton>
          </Show>
        }
      />
      <Show
        when={!props.firstRun}
        fallback={
          <Suspense>
            <FirstRun />
          </Suspense>
        }
      >
        {props.children}
      </Show>
    </>
  )
}
