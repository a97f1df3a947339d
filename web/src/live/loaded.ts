import type { CombinedError } from '@urql/core'
import type { Accessor } from 'solid-js'
import { batch, createEffect, createSignal, on } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import type { Failure } from './failure.ts'
import { toFailure } from './failure.ts'

/** One thing and how loading it went. `data` is null when there is none, undefined until that is known. */
export interface Loaded<Data> {
  data: Accessor<Data | null | undefined>
  failure: Accessor<Failure | undefined>
  reload: () => Promise<void>
  /** Puts in a newer state that came another way, and drops what is still being loaded; unchanged parts are not drawn again. */
  set: (data: Data | null) => void
}

/** Loads one thing, and again when `source` changes. What is there stays while a newer state is loaded, and when that fails. */
export function createLoaded<Data extends object, Source>(
  source: Accessor<Source>,
  load: (source: Source) => Promise<{ data?: Data | null | undefined; error?: CombinedError | undefined }>,
): Loaded<Data> {
  const [state, setState] = createStore<{ data: Data | null | undefined }>({ data: undefined })
  const [failure, setFailure] = createSignal<Failure>()
  let question = 0
  const put = (data: Data | null) => setState('data', reconcile(data as Data, { key: 'id' }))
  const reload = async (): Promise<void> => {
    const mine = ++question
    const { data, error } = await load(source())
    if (mine !== question) return
    batch(() => {
      setFailure(error ? toFailure(error) : undefined)
      if (!error) put(data ?? null)
    })
  }
  createEffect(
    on(source, () => {
      setState('data', undefined)
      setFailure(undefined)
      void reload()
    }),
  )
  const set = (data: Data | null): void => {
    question++
    batch(() => {
      setFailure(undefined)
      put(data)
    })
  }
  return { data: () => state.data, failure, reload, set }
}
