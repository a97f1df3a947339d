import type { JSX } from 'solid-js'
import { createEffect, createSignal, on, Show } from 'solid-js'
import { UpdateServiceDocument } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { CopyLine } from '../../delivery/copy-line.tsx'
import { createCommand } from '../../live/command.ts'
import { Card } from '../../ui/card.tsx'
import { Toggle } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Service } from './page.state.ts'

/** The way in for everyone else, on which nobody can pretend to be Docket. */
export function GatewayCard(props: { service: Service; changed: () => void }): JSX.Element {
  const update = createCommand(UpdateServiceDocument)
  /** What was just chosen, until the service is as chosen or refuses to be. */
  const [wanted, setWanted] = createSignal<boolean>()
  const open = () => wanted() ?? props.service.gateway
  createEffect(
    on(
      () => props.service.gateway,
      () => setWanted(undefined),
    ),
  )
  const address = () => `${location.origin}/gateway/${encodeURIComponent(props.service.name)}/`
  const turn = async (gateway: boolean) => {
    setWanted(gateway)
    const { failure } = await update.run({ id: props.service.id, input: { gateway } })
    if (failure) {
      setWanted(undefined)
      return toast(failure.message, { bad: true })
    }
    props.changed()
  }
  return (
    <Card title="Gateway">
      <div class="stack">
        <Toggle
          label={open() ? 'Open' : 'Shut'}
          hint="Hands requests of others on to the service and takes away every header that only Docket may set. Behind it, those headers prove the caller."
          checked={open()}
          disabled={!may('MANAGE')}
          onChange={turn}
        />
        <Show when={props.service.gateway} fallback={<p class="quiet small">Its address answers 404.</p>}>
          <CopyLine text={address()} label="Copy gateway address" />
        </Show>
      </div>
    </Card>
  )
}
