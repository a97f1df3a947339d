import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import type { ReceiptCallbackViewFragment } from '../../../sdk/generated/operations.ts'
import { Attempts } from '../receipt/attempts.tsx'
import { sentence } from '../receipt/headline.ts'
import { Tag, type Tone } from '../ui/status.tsx'
import { Exact, Relative } from '../ui/time.tsx'
import './callback.css'

/** A callback, of a receipt or of an invocation. */
export type ShownCallback = ReceiptCallbackViewFragment

/** Where the outcome was sent, what became of it, and each attempt. */
export function CallbackView(props: { of: ShownCallback }): JSX.Element {
  return (
    <div class="callback">
      <div class="callback__head">
        <p class="request-line mono">
          <b>POST</b> <span class="wrap-anywhere">{props.of.url}</span>
        </p>
        <p class="cluster soft">
          <Tag tone={TONES[props.of.status]}>{WORDS[props.of.status]}</Tag>
          <span>
            <Outcome of={props.of} />
          </span>
        </p>
      </div>
      <Show when={props.of.attempts.length > 0}>
        <Attempts of={props.of.attempts} />
      </Show>
    </div>
  )
}

function Outcome(props: { of: ShownCallback }): JSX.Element {
  const it = () => props.of
  return (
    <Switch>
      <Match when={it().status === 'DELIVERED' && it().finishedAt}>
        {(at) => (
          <>
            accepted <Exact at={at()} />
            {it().attemptCount > 1 ? `, at attempt ${it().attemptCount}` : ''}.
          </>
        )}
      </Match>
      <Match when={it().status === 'FAILED'}>
        given up after {it().attemptCount} {it().attemptCount === 1 ? 'attempt' : 'attempts'}
        {it().error ? `: ${sentence(it().error?.message ?? '')}` : '.'}
      </Match>
      <Match when={it().nextAttemptAt}>
        {(at) => (
          <>
            attempt {it().attemptCount + 1} of at most {it().maxAttempts} <Relative at={at()} />.
          </>
        )}
      </Match>
      <Match when={true}>attempt {it().attemptCount} is under way.</Match>
    </Switch>
  )
}

const TONES: Readonly<Record<ShownCallback['status'], Tone>> = { PENDING: 'accent', DELIVERED: 'good', FAILED: 'bad' }

const WORDS: Readonly<Record<ShownCallback['status'], string>> = { PENDING: 'Under way', DELIVERED: 'Delivered', FAILED: 'Failed' }
