import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import type { Accessor } from 'solid-js'
import { batch, createEffect, on, onCleanup } from 'solid-js'
import type { InvocationChangedSubscription, InvocationChangedSubscriptionVariables } from '../../../sdk/generated/operations.ts'
import { InvocationChangedDocument } from '../../../sdk/generated/operations.ts'
import type { Cursor } from './cursor.ts'
import { useClient, useCursor, useSocket } from './live.tsx'

export type InvocationEvent = InvocationChangedSubscription['invocationChanged']

/** Changes are shown a few times a second at most: a herd of thousands shall not redraw thousands of times. */
const DRAW_EVERY_MS = 80

/**
 * Follows the invocations that `variables` names as long as the owner lives.
 * A lost connection goes on behind the last event; where that can't be, `onGap` says that what is shown must be loaded again.
 */
export function watchInvocations(
  variables: Accessor<InvocationChangedSubscriptionVariables>,
  take: (event: InvocationEvent) => void,
  onGap: () => void,
): void {
  watch(InvocationChangedDocument, variables, (data) => take(data.invocationChanged), onGap, useCursor())
}

/**
 * The same for any subscription. Nothing is followed while `variables` gives undefined; `begin` gives the cursor to start behind, and
 * `onEnd` hears that the server ended or refused it.
 */
export function watch<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Accessor<Variables | undefined>,
  take: (data: Data) => void,
  onGap: () => void,
  begin?: Cursor,
  onEnd?: () => void,
): void {
  const client = useClient()
  const socket = useSocket()
  createEffect(
    on(variables, (given) => {
      if (!given) return
      const queue = drawQueue(take)
      let end: (() => void) | undefined = () => {}
      const start = (after?: string) => {
        if (!end) return
        end = client.subscription(document, after ? { ...given, after } : given).subscribe(({ data, error, hasNext }) => {
          if (onEnd && (error || !hasNext)) onEnd()
          else if (data) queue.put(data)
        }).unsubscribe
      }
      if (begin) void begin().then(start)
      else start()
      onCleanup(() => {
        end?.()
        end = undefined
        queue.drop()
      })
    }),
  )
  createEffect(on(socket.gaps, onGap, { defer: true }))
}

function drawQueue<Item>(take: (item: Item) => void) {
  let waiting: Item[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let drawn = 0
  const draw = () => {
    timer = undefined
    drawn = Date.now()
    const items = waiting
    waiting = []
    batch(() => items.forEach(take))
  }
  return {
    put(item: Item): void {
      waiting.push(item)
      timer ??= setTimeout(draw, Math.max(0, drawn + DRAW_EVERY_MS - Date.now()))
    },
    drop(): void {
      clearTimeout(timer)
      waiting = []
    },
  }
}
