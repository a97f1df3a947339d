import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { StopBulkOperationDocument } from '../../../sdk/generated/operations.ts'
import { may } from '../access/viewer.ts'
import { createCommand } from '../live/command.ts'
import { Button, IconButton } from '../ui/button.tsx'
import type { Tone } from '../ui/status.tsx'
import { Tag } from '../ui/status.tsx'
import { Exact } from '../ui/time.tsx'
import { toast } from '../ui/toast.tsx'
import './progress.css'
import type { Bulk } from './state.ts'

/** How far a bulk operation is, with a button to stop it. */
export function BulkProgress(props: { of: Bulk; changed: () => void; dismiss?: () => void }): JSX.Element {
  const stop = createCommand(StopBulkOperationDocument)
  const looked = () => props.of.done + props.of.skipped
  const share = (count: number) => `${(count / Math.max(1, props.of.total)) * 100}%`
  const stopIt = async () => {
    const { failure } = await stop.run({ id: props.of.id })
    if (failure) toast(failure.message, { bad: true })
    props.changed()
  }
  return (
    <div class="bulk">
      <div class="bulk__head">
        <b>{props.of.kind === 'RETRY' ? 'Bulk retry' : 'Bulk cancel'}</b>
        <Tag tone={TONES[props.of.status]}>{WORDS[props.of.status]}</Tag>
        <span class="nums">
          {number(looked())} of {number(props.of.total)}
        </span>
        <span class="bulk__buttons">
          <Show when={props.of.status === 'RUNNING' && may('OPERATE')}>
            <Button small look="danger" icon="slash" busy={stop.busy()} onClick={stopIt}>
              Stop
            </Button>
          </Show>
          <Show when={props.of.status !== 'RUNNING' && props.dismiss}>
            <IconButton icon="cross" label="Dismiss" onClick={() => props.dismiss?.()} />
          </Show>
        </span>
      </div>
      <div
        class="bulk__bar"
        role="progressbar"
        aria-label={props.of.kind === 'RETRY' ? 'Bulk retry' : 'Bulk cancel'}
        aria-valuemin="0"
        aria-valuemax={props.of.total}
        aria-valuenow={looked()}
        aria-valuetext={figures(props.of)}
      >
        <span class="bulk__done" style={{ width: share(props.of.done) }} />
        <span class="bulk__skipped" style={{ width: share(props.of.skipped) }} />
      </div>
      <p class="soft small nums">{figures(props.of)}</p>
      <p class="quiet small">
        Started <Exact at={props.of.createdAt} /> by {props.of.actor.name}
        <Show when={props.of.finishedAt}>
          {(at) => (
            <>
              , ended <Exact at={at()} />
            </>
          )}
        </Show>
      </p>
    </div>
  )
}

const WORDS: Readonly<Record<Bulk['status'], string>> = { RUNNING: 'Running', COMPLETED: 'Completed', STOPPED: 'Stopped' }
const TONES: Readonly<Record<Bulk['status'], Tone>> = { RUNNING: 'accent', COMPLETED: 'good', STOPPED: 'quiet' }

const number = (value: number): string => value.toLocaleString('en-GB')

/** `12 retried, 1 left alone, 24 to come`. */
function figures({ kind, status, total, done, skipped }: Bulk): string {
  const rest = Math.max(0, total - done - skipped)
  const parts: [number, string][] = [
    [done, kind === 'RETRY' ? 'retried' : 'cancelled'],
    [skipped, 'left alone, as they had changed meanwhile'],
    [rest, status === 'RUNNING' ? 'to come' : 'not looked at'],
  ]
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${number(count)} ${word}`)
  return words.join(', ') || 'Nothing to do'
}
