import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Button } from '../../ui/button.tsx'
import { Area, Field, Segments } from '../../ui/field.tsx'
import { prettyJson } from '../../ui/json-tokens.ts'
import { jsonMistake } from './body.ts'
import { HeaderFields } from './delivery-headers.tsx'
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
