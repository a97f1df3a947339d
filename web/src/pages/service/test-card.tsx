import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { HttpMethod, InvocationDetailFragment } from '../../../../sdk/generated/operations.ts'
import { duration } from '../../format.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Area, Field, Input, Select } from '../../ui/field.tsx'
import { Status } from '../../ui/status.tsx'
import type { Service } from './page.state.ts'
import { createTest } from './test-card.state.ts'

const METHODS = (['POST', 'GET', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => [method, method] as const)

/** Sends one request as an action would: signed, guarded and recorded. */
export function TestCard(props: { service: Service; ended: () => void }): JSX.Element {
  const test = createTest(
    () => props.service,
    () => props.ended(),
  )
  const [path, setPath] = createSignal('/')
  const [method, setMethod] = createSignal<HttpMethod>('POST')
  const [body, setBody] = createSignal('')
  const at = (field: string) => (test.failure()?.field === field ? test.failure()?.message : undefined)
  const elsewhere = () => test.failure() && !at('path') && !at('body')
  return (
    <Card title="Send a test" hint="Signed and recorded like any other, sent once">
      <form
        class="stack"
        novalidate
        onSubmit={(event) => {
          event.preventDefault()
          void test.run(path().trim(), method(), body())
        }}
      >
        <div class="test-line">
          <Field label="Method">
            {(wiring) => (
              <Select
                {...wiring}
                value={method()}
                options={METHODS}
                onChange={(event) => setMethod(event.currentTarget.value as HttpMethod)}
              />
            )}
          </Field>
          <Field label="Path" error={at('path')}>
            {(wiring) => <Input {...wiring} mono value={path()} onInput={(event) => setPath(event.currentTarget.value)} />}
          </Field>
        </div>
        <Show when={method() !== 'GET'}>
          <Field label="Body" optional error={at('body')}>
            {(wiring) => (
              <Area
                {...wiring}
                rows={3}
                placeholder={'{ "hello": "world" }'}
                value={body()}
                onInput={(event) => setBody(event.currentTarget.value)}
              />
            )}
          </Field>
        </Show>
        <div>
          <Button type="submit" icon="send" busy={test.busy()}>
            Send test
          </Button>
        </div>
        <Show when={elsewhere()}>
          <p class="load-failure" role="alert">
            {test.failure()?.message}
          </p>
        </Show>
        <Show when={test.result()}>{(result) => <Result of={result()} />}</Show>
      </form>
    </Card>
  )
}

function Result(props: { of: InvocationDetailFragment }): JSX.Element {
  return (
    <div class="test-result" role="status" aria-label="Result of the test">
      <Status status={props.of.status} />
      <Show when={props.of.responseCode}>{(code) => <b class="nums">{code()}</b>}</Show>
      <Show when={props.of.durationMs !== null}>
        <span class="nums">{duration(props.of.durationMs ?? 0)}</span>
      </Show>
      <A class="link" href={`/invocations/${props.of.id}`}>
        See the invocation
      </A>
      <Show when={props.of.whyNotRunning[0]}>{(blocker) => <span class="soft small">{blocker().message}</span>}</Show>
      <Show when={props.of.error}>{(error) => <p class="test-result__error small">{error().message}</p>}</Show>
    </div>
  )
}
