import type { Accessor, JSX } from 'solid-js'
import { Match, Switch } from 'solid-js'
import type { Loaded } from '../../live/loaded.ts'
import { ErrorFace, SkeletonRows } from '../../ui/faces.tsx'
import { NotFoundPage } from './page.tsx'

/** A page about one thing: the thing, that it was not found, why it could not be loaded, or what stands there until one of these is known. */
export function PageOf<Data extends object>(props: {
  /** As `This action`. */
  what: string
  of: Pick<Loaded<Data>, 'data' | 'failure' | 'reload'>
  children: (data: Accessor<Data>) => JSX.Element
}): JSX.Element {
  return (
    <Switch fallback={<SkeletonRows />}>
      <Match when={props.of.data()}>{(data) => props.children(data)}</Match>
      <Match when={props.of.data() === null || props.of.failure()?.code === 'NOT_FOUND'}>
        <NotFoundPage what={props.what} />
      </Match>
      <Match when={props.of.failure()}>{(failure) => <ErrorFace message={failure().message} retry={() => void props.of.reload()} />}</Match>
    </Switch>
  )
}
