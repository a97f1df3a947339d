import { useLocation } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, on, onCleanup, Show } from 'solid-js'
import { ApprovalChangedDocument, DecidableApprovalsDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient, useCursor } from '../live/live.tsx'
import { createLoaded } from '../live/loaded.ts'
import { watch } from '../live/watch.ts'
import './badge.css'

/** As many as are counted; beyond, it is just many. */
const COUNTED = 99
/** Several changes within this time are one question. */
const ASK_AFTER_MS = 300

/** How many approvals wait for the viewer, live; nothing while there is none. */
export function ApprovalBadge(): JSX.Element {
  const client = useClient()
  const cursor = useCursor()
  const location = useLocation()
  const waiting = createLoaded<{ count: number; more: boolean }, undefined>(
    () => undefined,
    async () => {
      await cursor()
      return ask(client, DecidableApprovalsDocument, { first: COUNTED }, ({ approvals }) => ({
        count: approvals.edges.length,
        more: approvals.pageInfo.hasNextPage,
      }))
    },
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const askSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void waiting.reload()
    }, ASK_AFTER_MS)
  }
  onCleanup(() => clearTimeout(timer))
  watch(ApprovalChangedDocument, () => ({}), askSoon, waiting.reload, cursor)
  // What one may decide also changes with one's role, of which no event tells.
  createEffect(on(() => location.pathname, askSoon, { defer: true }))
  return (
    <Show when={waiting.data()?.count}>
      {(count) => (
        <span class="badge nums">
          {count()}
          {waiting.data()?.more ? '+' : ''}
          <span class="sr-only"> to review</span>
        </span>
      )}
    </Show>
  )
}
