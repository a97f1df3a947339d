import { createSignal } from 'solid-js'
import type { HttpMethod, InvocationDetailFragment } from '../../../../sdk/generated/operations.ts'
import { InvocationChangedDocument, InvocationDocument, SendDocument } from '../../../../sdk/generated/operations.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { useClient, useCursor } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { watch } from '../../live/watch.ts'
import { FINAL } from '../../words.ts'
import type { Service } from './page.state.ts'

/** One request to the service that is sent once, and what became of it, live. */
export function createTest(service: () => Service) {
  const client = useClient()
  const cursor = useCursor()
  const send = createCommand(SendDocument)
  const [id, setId] = createSignal<string>()
  const [failure, setFailure] = createSignal<Failure>()
  const invocation = createLoaded<InvocationDetailFragment, string | undefined>(id, async (asked) => {
    if (!asked) return { data: null }
    await cursor()
    const { data, error } = await client.query(InvocationDocument, { id: asked }).toPromise()
    return { data: data?.invocation, error }
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
  const over = () => FINAL.has(invocation.data()?.status ?? 'PENDING')
  return {
    busy: () => send.busy() || (id() !== undefined && !invocation.failure() && !over()),
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
