import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { AttemptViewFragment } from '../../../sdk/generated/operations.ts'
import { duration } from '../format.ts'
import { ResponseViewer } from '../run/response-viewer.tsx'
import { Waterfall } from '../run/waterfall.tsx'
import { Tag } from '../ui/status.tsx'
import { Exact } from '../ui/time.tsx'
import { SOURCE_WORDS } from '../words.ts'
import './attempts.css'
import { HeaderLines } from './headers.tsx'
import { sentence } from './headline.ts'

/** An attempt of a run, or of its callback. */
export type ShownAttempt = Omit<AttemptViewFragment, 'id'>

/** Each attempt with its answer, the newest first and open. */
export function Attempts(props: { of: ShownAttempt[] }): JSX.Element {
  return (
    <div>
      <For each={props.of.toReversed()}>
        {(attempt, at) => (
          <details class="attempt" open={at() === 0}>
            <summary>
              <span class="attempt__name">Attempt {attempt.number}</span>
              <Tag tone={attempt.error ? 'bad' : 'good'}>{attempt.responseCode ?? attempt.error?.code ?? 'sent'}</Tag>
              <span class="soft nums">{duration(attempt.durationMs)}</span>
              <span class="attempt__at quiet small">
                <Exact at={attempt.startedAt} />
              </span>
            </summary>
            <div class="attempt__body">
              <Show when={attempt.error}>
                {(error) => (
                  <p class="attempt__error">
                    <strong>{SOURCE_WORDS[error().source]}.</strong> {sentence(error().message)} <code>{error().code}</code>
                  </p>
                )}
              </Show>
              <Waterfall of={attempt} />
              <ResponseViewer of={attempt} />
              <HeaderLines of={attempt.responseHeaders} label="Response headers" />
            </div>
          </details>
        )}
      </For>
    </div>
  )
}
