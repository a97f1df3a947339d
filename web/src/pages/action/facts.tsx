import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { Fact, Facts } from '../../ui/card.tsx'
import { Tag } from '../../ui/status.tsx'
import { Full } from '../../ui/time.tsx'
import { KIND_WORDS } from '../../words.ts'
import type { Action } from './page.state.ts'

export function ActionFacts(props: { action: Action }): JSX.Element {
  return (
    <Facts>
      <Fact name="Kind">{KIND_WORDS[props.action.kind]}</Fact>
      <Fact name="Retries">{props.action.retryable ? `Up to ${props.action.maxAttempts} attempts` : 'None: sent at most once'}</Fact>
      <Show when={props.action.callbackUrl}>
        {(url) => (
          <Fact name="Callback">
            <code>{url()}</code>
          </Fact>
        )}
      </Show>
      <Show when={props.action.concurrencyKey}>
        {(key) => (
          <Fact name="Concurrency key">
            <code>{key()}</code>
          </Fact>
        )}
      </Show>
      <Show when={props.action.target.service}>
        {(service) => (
          <Fact name="Service">
            <A class="link" href={`/services/${service().id}`}>
              {service().name}
            </A>{' '}
            <code>{props.action.target.path}</code>
          </Fact>
        )}
      </Show>
      <Show when={props.action.key}>
        {(key) => (
          <Fact name="Key">
            <code>{key()}</code>
          </Fact>
        )}
      </Show>
      <Show when={props.action.tags.length > 0}>
        <Fact name="Tags">
          <span class="cluster">
            <For each={props.action.tags}>{(tag) => <Tag>{tag}</Tag>}</For>
          </span>
        </Fact>
      </Show>
      <Fact name="Created">
        <Full at={props.action.createdAt} />
      </Fact>
      <Fact name="Changed">
        <Full at={props.action.updatedAt} />
      </Fact>
      <Fact name="Id">
        <code>{props.action.id}</code>
      </Fact>
    </Facts>
  )
}
