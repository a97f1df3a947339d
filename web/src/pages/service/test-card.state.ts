import { createEffect, createMemo, createSignal, on } from 'solid-js'
import type { HttpMethod, InvocationDetailFragment } from '../../../../sdk/generated/operations.ts'
import { InvocationChangedDocument, InvocationDocument, SendDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { useClient, useCursor } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { watch } from '../../live/watch.ts'
import { now } from '../../ui/clock.ts'
import { FINAL } from '../../words.ts'
import type { Service } from './page.state.ts'

const LOOK_AGAIN_S = 2

/** One request to the service that is sent once, and what became of it, live. `ended` hears of its end. */
export function createTest(service: () => Service, ended: () => void) {
  const client = useClient()
  const cursor = useCursor()
  const send = createCommand(SendDocument)
  const [id, setId] = createSignal<string>()
  const [failure, setFailure] = createSignal<Failure>()
  const invocation = createLoaded<InvocationDetailFragment, string | undefined>(id, async (asked) => {
    if (!asked) return { data: null }
    await cursor()
    return ask(client, InvocationDocument, { id: asked }, (data) => data.invocation)
  })
  watch(
    InvocationChangedDocument,
    () => {
      const invocationId = id()
      return invocationId ? { invocationId } : undefined
    },
    () => void invocation.reload(),
    () => void (id() && invocation.reload()),
    cursor,
  )
  const status = createMemo(() => invocation.data()?.status)
  createEffect(on(status, (it) => it && FINAL.has(it) && ended()))
  // Why it waits can change without an event of its own.
  let seconds = 0
  createEffect(
    on(
      now,
      () => {
        const held = status()
        if (held && !FINAL.has(held) && ++seconds % LOOK_AGAIN_S === 0 && !document.hidden) void invocation.reload()
      },
      { defer: true },
    ),
  )
  return {
    busy: () => send.busy() || status() === 'RUNNING',
    failure: () => failure() ?? invocation.failure(),
    result: () => invocation.data(),
    async run(path: string, method: HttpMethod, body: string): Promise<void> {
      setId(undefined)
      setFailure(undefined)
      const { data, failure: refused } = await send.run({
        input: {
          name: `Test of ${service().name}`,
          serviceId: service().id,
          path,
          method,
          body: method === 'GET' || !body.trim() ? null : body,
          retryable: false,
          deleteAfterCompletion: true,
        },
      })
      if (refused) setFailure(refused)
      else setId(data.send.id)
    },
  }
}
