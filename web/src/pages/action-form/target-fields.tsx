import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { HttpMethod } from '../../../../sdk/generated/operations.ts'
import { ServiceDialog } from '../../delivery/service-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, Segments, Select } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { optionsOf } from '../../ui/options.ts'
import { TextField } from '../../ui/text-field.tsx'
import { UrlField } from '../../ui/url-field.tsx'
import type { FormState } from './page.state.ts'

const METHODS = (['POST', 'GET', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => [method, method] as const)

/** Where the request goes: an address, or a path on a service. */
export function TargetFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const [adding, setAdding] = createSignal(false)
  const service = () => form.services.rows.find((each) => each.id === form.draft.serviceId)
  return (
    <>
      <Segments
        label="Target"
        showLabel
        value={form.draft.targetKind}
        options={[
          ['url', 'URL'],
          ['service', 'Service and path'],
        ]}
        onChange={(kind) => form.set('targetKind', kind)}
      />
      <Show when={form.draft.targetKind === 'service'}>
        <Field
          label="Service"
          error={form.mistakes().serviceId}
          aside={
            <Button look="ghost" small icon="plus" onClick={() => setAdding(true)}>
              Add a service
            </Button>
          }
        >
          {(wiring) => (
            <Select
              {...wiring}
              value={form.draft.serviceId}
              options={[
                ['', form.services.face() === 'empty' ? 'No service yet' : 'Choose a service'],
                ...optionsOf(
                  form.services.rows.map(({ id, name, baseUrl }) => ({ id, name: `${name} · ${baseUrl}` })),
                  form.held?.target.service,
                ),
              ]}
              onChange={(event) => form.set('serviceId', event.currentTarget.value)}
            />
          )}
        </Field>
        <LoadFailure what="The services" of={form.services} />
        <ServiceDialog
          open={adding()}
          close={() => setAdding(false)}
          made={(made) => {
            form.services.insert(made)
            form.set('serviceId', made.id)
          }}
        />
      </Show>
      <div class="target-line">
        <Field label="Method" error={form.mistakes().method}>
          {(wiring) => (
            <Select
              {...wiring}
              value={form.draft.method}
              options={METHODS}
              onChange={(event) => form.set('method', event.currentTarget.value as HttpMethod)}
            />
          )}
        </Field>
        <Show
          when={form.draft.targetKind === 'url'}
          fallback={
            <TextField
              label="Path"
              error={form.mistakes().path}
              hint={service() ? `${service()?.baseUrl}${form.draft.path}` : undefined}
              mono
              placeholder="/jobs/nightly"
              value={form.draft.path}
              change={(path) => form.set('path', path)}
            />
          }
        >
          <UrlField
            label="URL"
            error={form.mistakes().url}
            placeholder="https://example.com/hooks/nightly"
            value={form.draft.url}
            change={(url) => form.set('url', url)}
          />
        </Show>
      </div>
    </>
  )
}
