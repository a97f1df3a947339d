import type { JSX } from 'solid-js'
import { Fact, Facts } from '../../ui/card.tsx'
import { Full } from '../../ui/time.tsx'
import type { Service } from './page.state.ts'

export function ServiceFacts(props: { service: Service }): JSX.Element {
  return (
    <Facts>
      <Fact name="Base URL">
        <code>{props.service.baseUrl}</code>
      </Fact>
      <Fact name="Used by">
        {props.service.actionCount} {props.service.actionCount === 1 ? 'action' : 'actions'}
      </Fact>
      <Fact name="Added">
        <Full at={props.service.createdAt} />
      </Fact>
      <Fact name="Changed">
        <Full at={props.service.updatedAt} />
      </Fact>
      <Fact name="Id">
        <code>{props.service.id}</code>
      </Fact>
    </Facts>
  )
}
