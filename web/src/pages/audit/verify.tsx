import { useClient } from '@urql/solid'
import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { AuditVerificationQuery } from '../../../../sdk/generated/operations.ts'
import { AuditVerificationDocument } from '../../../../sdk/generated/operations.ts'
import { toFailure } from '../../live/failure.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Relative } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { FAULT_WORDS } from './words.ts'

type Verification = AuditVerificationQuery['auditVerification']

/** Has every entry hashed anew when it is asked to, and keeps what came of it. */
export function createVerification() {
  const client = useClient()
  const [result, setResult] = createSignal<Verification>()
  const [busy, setBusy] = createSignal(false)
  const run = async () => {
    setBusy(true)
    const { data, error } = await client.query(AuditVerificationDocument, {}).toPromise()
    setBusy(false)
    if (data) setResult(data.auditVerification)
    else if (error) toast(toFailure(error).message, { bad: true })
  }
  return { result, busy, run }
}

export function VerifyButton(props: { of: ReturnType<typeof createVerification> }): JSX.Element {
  return (
    <Button icon="shield" busy={props.of.busy()} onClick={props.of.run}>
      Verify
    </Button>
  )
}

/** Whether nobody changed, removed or added an entry; nothing before that was looked at. */
export function VerificationResult(props: { of: Verification | undefined }): JSX.Element {
  return (
    <div role="status">
      <Show when={props.of}>
        {(it) => (
          <p class={`verification tone--${it().ok ? 'good' : 'bad'}`} data-ok={it().ok}>
            <Icon name={it().ok ? 'check' : 'warning'} />
            <span class="nums">
              <Show when={it().firstBad} fallback={<Good of={it()} />}>
                {(bad) => (
                  <>
                    <b>The audit was tampered with.</b> The first bad entry
                    <Show when={bad().chain}>
                      {(chain) => (
                        <>
                          {' '}
                          is number {bad().seq ?? '?'} of the chain <code>{chain()}</code>
                        </>
                      )}
                    </Show>
                    : {FAULT_WORDS[bad().reason]}.
                    <Show when={bad().id}>
                      {(id) => (
                        <>
                          {' '}
                          Its id is <code>{id()}</code>.
                        </>
                      )}
                    </Show>
                  </>
                )}
              </Show>
            </span>
          </p>
        )}
      </Show>
    </div>
  )
}

function Good(props: { of: Verification }): JSX.Element {
  const count = (number: number, one: string, many: string) => `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`
  return (
    <>
      <b>Nothing was changed.</b> {count(props.of.entries, 'entry', 'entries')} of this project and{' '}
      {count(props.of.chains, 'chain', 'chains')} in all are as they were written
      {props.of.anchors > 0 ? `, and so are ${count(props.of.anchors, 'published anchor', 'published anchors')}` : ''}. Verified{' '}
      <Relative at={props.of.verifiedAt} />.
    </>
  )
}
