import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { TokenViewFragment } from '../../../../sdk/generated/operations.ts'
import { CopyLine } from '../../delivery/copy-line.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { NewTokenDialog } from './new-token.tsx'

/** Asks for a name and rights, makes the token, and shows it this one time. */
export function TokenDialogs(props: { open: boolean; close: () => void; made: (token: TokenViewFragment) => void }): JSX.Element {
  const [secret, setSecret] = createSignal<string>()
  return (
    <>
      <Show when={props.open}>
        <NewTokenDialog
          close={props.close}
          made={(token, text) => {
            props.made(token)
            props.close()
            setSecret(text)
          }}
        />
      </Show>
      <Dialog
        open={secret() !== undefined}
        title="Copy this token now"
        confirm="I have copied it"
        only
        onConfirm={() => setSecret(undefined)}
        onClose={() => setSecret(undefined)}
      >
        <p>It is shown this once. Docket keeps only a fingerprint of it.</p>
        <CopyLine text={secret() ?? ''} label="Copy token" />
        <p class="small">
          Programs send it as <code>Authorization: Bearer …</code>
        </p>
      </Dialog>
    </>
  )
}
