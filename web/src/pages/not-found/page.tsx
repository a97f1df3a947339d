import type { JSX } from 'solid-js'
import { LinkButton } from '../../ui/button.tsx'
import { EmptyFace } from '../../ui/faces.tsx'

/** For addresses that lead nowhere, and for things that are not, or no longer, there. */
export function NotFoundPage(props: { what?: string }): JSX.Element {
  return (
    <EmptyFace
      icon="search"
      title={`${props.what ?? 'This page'} was not found`}
      action={<LinkButton href="/">To the overview</LinkButton>}
    >
      It may have been deleted, or the address has a mistake in it.
    </EmptyFace>
  )
}
