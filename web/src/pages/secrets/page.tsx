import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { SecretViewFragment } from '../../../../sdk/generated/operations.ts'
import { DeleteSecretDocument } from '../../../../sdk/generated/operations.ts'
import { CopyLine } from '../../delivery/copy-line.tsx'
import { SecretDialog } from '../../delivery/secret-dialog.tsx'
import { createSecrets, secretReference } from '../../delivery/secret-names.ts'
import { createAskedRow } from '../../ui/asked-row.ts'
import { Card } from '../../ui/card.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell } from '../../ui/list.tsx'
import { Exact } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { KeptRows } from '../settings/kept-rows.tsx'
import { SettingsHead } from '../settings/tabs.tsx'

/** What headers name as {{secret.NAME}}: only the names are ever shown. */
export function SecretsPage(): JSX.Element {
  const secrets = createSecrets()
  const asked = createAskedRow<SecretViewFragment>()
  const saved = (secret: SecretViewFragment) => {
    if (secrets.put(secret)) toast(`${secret.name} has a new value.`)
  }
  return (
    <>
      <SettingsHead title="Secrets" />
      <div class="cols">
        <KeptRows
          title="Secrets"
          add="Add a secret"
          of={secrets}
          asked={asked}
          grid="secrets"
          columns={['Name', 'In a header', 'Changed']}
          empty={
            <EmptyFace icon="key" title="No secret yet">
              A password or key that your headers need, kept encrypted and put in as a request is sent.
            </EmptyFace>
          }
          changes={({ name }) => `Replace the value of ${name}`}
          deletes={({ name }) => `Delete ${name}`}
        >
          {(secret) => (
            <>
              <Cell name="Name" bare>
                <span class="row__title mono wrap-anywhere">{secret.name}</span>
              </Cell>
              <Cell name="In a header" class="cell--wide" bare>
                <span class="secret-reference">
                  <code class="wrap-anywhere">{secretReference(secret.name)}</code>
                  <CopyButton text={secretReference(secret.name)} label={`Copy reference to ${secret.name}`} />
                </span>
              </Cell>
              <Cell name="Changed">
                <span class="soft small">
                  <Exact at={secret.updatedAt} />
                </span>
              </Cell>
            </>
          )}
        </KeptRows>
        <Card title="How to use one">
          <div class="how soft">
            <p>Write its name into the value of a header of an action. The value is put in as each attempt is sent:</p>
            <CopyLine text="authorization: Bearer {{secret.BILLING_TOKEN}}" label="Copy example" />
            <p>
              It is kept encrypted, and no page, receipt, log or answer shows it: where a target sends it back, <code>••••</code> stands in
              its place.
            </p>
          </div>
        </Card>
      </div>
      <SecretDialog open={asked.editing()} name={asked.changed()?.name} close={asked.close} saved={saved} />
      <Show when={asked.deleted()} keyed>
        {({ id, name }) => (
          <ConfirmDialog
            title={`Delete ${name}?`}
            confirm="Delete"
            command={DeleteSecretDocument}
            variables={{ id }}
            done={() => {
              secrets.remove(id)
              toast(`${name} was deleted.`)
            }}
            close={asked.close}
          >
            <p>Its value can't be brought back. Only a secret that no action uses can be deleted.</p>
          </ConfirmDialog>
        )}
      </Show>
    </>
  )
}
