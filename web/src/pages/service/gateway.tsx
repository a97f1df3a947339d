import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { UpdateServiceDocument } from '../../../../sdk/generated/operations.ts'
import { CopyLine } from '../../delivery/copy-line.tsx'
import { createCommand } from '../../live/command.ts'
import { Card } from '../../ui/card.tsx'
import { Toggle } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Service } from './page.state.ts'

/** The way in for everyone else, on which nobody can pretend to be Docket. */
export function GatewayCard(props: { service: Service; changed: () => void }): JSX.Element {
  const update = createCommand(UpdateServiceDocument)
  const address = () => `${location.origin}/gateway/${encodeURIComponent(props.service.name)}/`
  const turn = async (gateway: boolean) => {
    const { failure } = await update.run({ id: props.service.id, input: { gateway } })
    if (failure) return toast(failure.message, { bad: true })
    props.changed()
  }
  return (
    <Card title="Gateway">
      <div class="stack">
        <Toggle
          label={props.service.gateway ? 'Open' : 'Shut'}
          hint="Hands requests of others on to the service and takes away every header that only Docket may set. Behind it, those headers prove the caller."
          checked={props.service.gateway}
          onChange={turn}
        />
        <Show when={props.service.gateway} fallback={<p class="quiet small">Its address answers 404.</p>}>
          <CopyLine text={address()} label="Copy gateway address" />
        </Show>
      </div>
    </Card>
  )
}
