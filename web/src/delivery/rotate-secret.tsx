import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { RotateSigningSecretDocument } from '../../../sdk/generated/operations.ts'
import { createCommand } from '../live/command.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { SecretOnce } from './secret-once.tsx'

const OVERLAPS = [
  ['0', 'None: the old one is void at once'],
  ['3600', 'An hour'],
  ['86400', 'A day'],
  ['604800', 'A week'],
] as const

/** Time enough to change a setting in every receiver. */
const USUAL_OVERLAP = '86400'

/** A button that makes a new signing secret, of a service or (without one) of the project, and shows it once. */
export function RotateSecret(props: { serviceId?: string; of: string; rotated: (previousValidUntil: string | null) => void }): JSX.Element {
  const rotate = createCommand(RotateSigningSecretDocument)
  const [asked, setAsked] = createSignal(false)
  const [overlap, setOverlap] = createSignal<string>(USUAL_OVERLAP)
  const [error, setError] = createSignal<string>()
  const [made, setMade] = createSignal<{ secret: string; previousValidUntil: string | null }>()
  const run = async () => {
    const { data, failure } = await rotate.run({ serviceId: props.serviceId, overlapSeconds: Number(overlap()) })
    if (failure) return setError(failure.message)
    setError(undefined)
    setAsked(false)
    setMade(data.rotateSigningSecret)
    props.rotated(data.rotateSigningSecret.previousValidUntil)
  }
  return (
    <>
      <Button icon="retry" small onClick={() => setAsked(true)}>
        Rotate the secret
      </Button>
      <Dialog
        open={asked()}
        title={`Rotate the signing secret of ${props.of}?`}
        confirm="Make a new secret"
        busy={rotate.busy()}
        error={error()}
        onConfirm={run}
        onClose={() => setAsked(false)}
      >
        <p>From now on requests are signed with a new secret, which is shown once.</p>
        <Field label="The old one stays valid for" hint="As long as both are valid, each request carries both signatures.">
          {(wiring) => (
            <Select {...wiring} value={overlap()} options={OVERLAPS} onChange={(event) => setOverlap(event.currentTarget.value)} />
          )}
        </Field>
      </Dialog>
      <SecretOnce secret={made()?.secret} until={made()?.previousValidUntil} close={() => setMade(undefined)} />
    </>
  )
}
