import type { JSX } from 'solid-js'
import { createSignal, Index, Show } from 'solid-js'
import { SecretDialog } from '../../delivery/secret-dialog.tsx'
import { secretReference } from '../../delivery/secret-names.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import './delivery-fields.css'
import { HIDDEN } from './draft.ts'
import type { FormState } from './page.state.ts'

/** Chosen to make a secret that is not there yet. */
const NEW = ' new'

/** Headers, with secrets that are put in by name. */
export function HeaderFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const [adding, setAdding] = createSignal(false)
  /** The header that the secret being made is for. */
  let target = 0
  const change = (at: number, part: Partial<{ name: string; value: string }>) =>
    form.set(
      'headers',
      form.draft.headers.map((header, index) => (index === at ? { ...header, ...part } : header)),
    )
  const insert = (at: number, secret: string) => {
    const held = form.draft.headers[at]?.value ?? ''
    change(at, { value: `${held === HIDDEN ? '' : held}${secretReference(secret)}` })
  }
  return (
    <fieldset class="header-fields">
      <legend>Headers</legend>
      <Index each={form.draft.headers}>
        {(header, at) => (
          <>
            <div class="header-line">
              <Input
                mono
                aria-label={`Name of header ${at + 1}`}
                placeholder="authorization"
                value={header().name}
                onInput={(event) => change(at, { name: event.currentTarget.value })}
              />
              <Input
                mono
                aria-label={`Value of header ${at + 1}`}
                placeholder="value"
                value={header().value}
                title={header().value === HIDDEN ? 'Hidden, and kept as it is unless you type another value' : undefined}
                onFocus={(event) => header().value === HIDDEN && event.currentTarget.select()}
                onInput={(event) => change(at, { value: event.currentTarget.value })}
              />
              <Select
                aria-label={`Put a secret into header ${at + 1}`}
                value=""
                options={[['', 'Secret …'], ...form.secrets.rows.map(({ name }) => [name, name] as const), [NEW, 'Add a secret']]}
                onChange={(event) => {
                  const { value } = event.currentTarget
                  event.currentTarget.value = ''
                  if (value === NEW) {
                    target = at
                    setAdding(true)
                  } else if (value) insert(at, value)
                }}
              />
              <IconButton
                icon="cross"
                label={`Remove header ${at + 1}`}
                onClick={() =>
                  form.set(
                    'headers',
                    form.draft.headers.filter((_, index) => index !== at),
                  )
                }
              />
            </div>
            <Show when={unknownSecret(header().value, form)}>
              {(name) => (
                <p class="header-fields__note" role="status">
                  There is no secret {name()} yet.
                </p>
              )}
            </Show>
          </>
        )}
      </Index>
      <LoadFailure what="The secrets" of={form.secrets} />
      <Show when={form.draft.headers.some(({ value }) => value === HIDDEN)}>
        <p class="quiet small">A value that shows as {HIDDEN} is kept as it is.</p>
      </Show>
      <Show when={form.mistakes().headers}>
        {(message) => (
          <p class="header-fields__mistake" role="alert">
            {message()}
          </p>
        )}
      </Show>
      <Button look="ghost" small icon="plus" onClick={() => form.set('headers', [...form.draft.headers, { name: '', value: '' }])}>
        Add a header
      </Button>
      <SecretDialog
        open={adding()}
        close={() => setAdding(false)}
        saved={(secret) => {
          form.secrets.insert(secret)
          insert(target, secret.name)
        }}
      />
    </fieldset>
  )
}

/** A name that a value refers to and that is not among the secrets, where all of them are known. */
function unknownSecret(value: string, { secrets }: FormState): string | undefined {
  if (secrets.hasMore() || (secrets.face() !== 'rows' && secrets.face() !== 'empty')) return undefined
  const names = [...value.matchAll(/\{\{\s*secret\.([^}\s]+)\s*\}\}/g)].map(([, name]) => name)
  return names.find((name) => !secrets.rows.some((secret) => secret.name === name))
}
