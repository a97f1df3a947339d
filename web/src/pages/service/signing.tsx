import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { RotateSecret } from '../../delivery/rotate-secret.tsx'
import { Card } from '../../ui/card.tsx'
import { now } from '../../ui/clock.ts'
import { Exact } from '../../ui/time.tsx'
import type { Service } from './page.state.ts'

/** How receivers know that a request is ours, and a new secret for it. */
export function SigningCard(props: { service: Service; changed: () => void }): JSX.Element {
  const until = () => {
    const at = props.service.signingSecretRotatedUntil
    return at && Date.parse(at) > now() ? at : undefined
  }
  return (
    <Card title="Signing">
      <div class="stack">
        <p class="soft">
          Every request is signed by Standard Webhooks with the secret of this service. The secret was shown when it was made; one that is
          lost is rotated.
        </p>
        <Show when={until()}>
          {(at) => (
            <p class="warning">
              The secret before this one is valid until <Exact at={at()} />. Until then each request carries both signatures.
            </p>
          )}
        </Show>
        <div>
          <RotateSecret serviceId={props.service.id} of={props.service.name} rotated={() => props.changed()} />
        </div>
      </div>
    </Card>
  )
}
