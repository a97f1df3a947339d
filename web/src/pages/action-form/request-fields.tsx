import type { JSX } from 'solid-js'
import { Index, Show } from 'solid-js'
import { Button, IconButton } from '../../ui/button.tsx'
import { Area, Field, Input, Segments } from '../../ui/field.tsx'
import { prettyJson } from '../../ui/json-tokens.ts'
import { jsonMistake } from './body.ts'
import { HIDDEN } from './draft.ts'
import type { FormState } from './page.state.ts'

/** Headers and body. */
export function RequestFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  return (
    <>
      <HeaderFields form={form} />
      <Segments
        label="Body"
        showLabel
        value={form.draft.bodyKind}
        options={[
          ['none', 'None'],
          ['json', 'JSON'],
          ['text', 'Text'],
        ]}
        onChange={(kind) => form.set('bodyKind', kind, 'body')}
      />
      <Show when={form.draft.bodyKind !== 'none'}>
        <Field
          label={form.draft.bodyKind === 'json' ? 'JSON to send' : 'Text to send'}
          error={form.mistakes().body ?? liveMistake(form)}
          aside={
            <Show when={form.draft.bodyKind === 'json'}>
              <Button look="ghost" small onClick={() => form.set('body', prettyJson(form.draft.body) ?? form.draft.body)}>
                Tidy up
              </Button>
            </Show>
          }
        >
          {(wiring) => (
            <Area
              {...wiring}
              rows={7}
              placeholder={form.draft.bodyKind === 'json' ? '{ "report": "daily" }' : ''}
              value={form.draft.body}
              onInput={(event) => form.set('body', event.currentTarget.value)}
            />
          )}
        </Field>
      </Show>
    </>
  )
}

/** Told while one types, but not for a text that has only just begun. */
const liveMistake = (form: FormState): string | undefined =>
  form.draft.bodyKind === 'json' && form.draft.body.trim().length > 1 ? jsonMistake(form.draft.body) : undefined

function HeaderFields(props: { form: FormState }): JSX.Element {
  const { form } = props
  const change = (at: number, part: Partial<{ name: string; value: string }>) =>
    form.set(
      'headers',
      form.draft.headers.map((header, index) => (index === at ? { ...header, ...part } : header)),
    )
  return (
    <fieldset class="header-fields">
      <legend>Headers</legend>
      <Index each={form.draft.headers}>
        {(header, at) => (
          <div class="header-fields__line">
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
              placeholder={header().value === HIDDEN ? 'hidden' : 'value'}
              value={header().value}
              onFocus={(event) => header().value === HIDDEN && event.currentTarget.select()}
              onInput={(event) => change(at, { value: event.currentTarget.value })}
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
        )}
      </Index>
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
    </fieldset>
  )
}
