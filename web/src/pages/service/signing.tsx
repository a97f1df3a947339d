import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { may } from '../../access/viewer.ts'
import { BothValid } from '../../delivery/both-valid.tsx'
import { RotateSecret } from '../../delivery/rotate-secret.tsx'
import { Card } from '../../ui/card.tsx'
import type { Service } from './page.state.ts'

/** How receivers know that a request is ours, and a new secret for it. */
export function SigningCard(props: { service: Service; changed: () => void }): JSX.Element {
  return (
    <Card title="Signing">
      <div class="stack">
        <p class="soft">
          Every request is signed by Standard Webhooks with the secret of this service. The secret was shown when it was made; one that is
          lost is rotated.
        </p>
        <BothValid until={props.service.signingSecretRotatedUntil} />
        <Show when={may('MANAGE')}>
          <div>
            <RotateSecret serviceId={props.service.id} of={props.service.name} rotated={() => props.changed()} />
          </div>
        </Show>
      </div>
    </Card>
  )
}
