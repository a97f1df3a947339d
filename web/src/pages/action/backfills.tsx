import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { CancelBackfillDocument } from '../../../../sdk/generated/operations.ts'
import { may } from '../../access/viewer.ts'
import { createCommand } from '../../live/command.ts'
import type { Loaded } from '../../live/loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorFace } from '../../ui/faces.tsx'
import type { Tone } from '../../ui/status.tsx'
import { Tag } from '../../ui/status.tsx'
import { Exact } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Backfill } from './page.state.ts'

/** The latest backfills of an action with how far they are; nothing where there was none. */
export function BackfillCard(props: { of: Loaded<Backfill[]> }): JSX.Element {
  const rows = () => props.of.data() ?? []
  return (
    <Show
      when={rows().length > 0}
      fallback={
        <Show when={props.of.failure()}>
          {(failure) => (
            <Card title="Backfills">
              <ErrorFace message={failure().message} retry={props.of.reload} />
            </Card>
          )}
        </Show>
      }
    >
      <Card title={rows().length === 1 ? 'Backfill' : 'Backfills'}>
        <ul class="backfills" aria-label="Backfills">
          <For each={rows()}>{(backfill) => <BackfillRow of={backfill} reload={props.of.reload} />}</For>
        </ul>
      </Card>
    </Show>
  )
}

function BackfillRow(props: { of: Backfill; reload: () => void }): JSX.Element {
  const cancel = createCommand(CancelBackfillDocument)
  const done = () => props.of.total - props.of.waiting
  const share = (count: number) => `${(count / Math.max(1, props.of.total)) * 100}%`
  const cancelIt = async () => {
    const { failure } = await cancel.run({ id: props.of.id })
    if (failure) toast(failure.message, { bad: true })
    props.reload()
  }
  return (
    <li>
      <div class="backfill__head">
        <Tag tone={TONES[props.of.status]}>{WORDS[props.of.status]}</Tag>
        <b class="nums">
          {done()} of {props.of.total}
        </b>
        <Show when={props.of.status === 'RUNNING' && may('OPERATE')}>
          <Button small look="danger" icon="slash" busy={cancel.busy()} onClick={cancelIt}>
            Cancel backfill
          </Button>
        </Show>
      </div>
      <div
        class="backfill__bar"
        role="progressbar"
        aria-label="Backfill"
        aria-valuemin="0"
        aria-valuemax={props.of.total}
        aria-valuenow={done()}
        aria-valuetext={figures(props.of)}
      >
        <span class="backfill__good" style={{ width: share(props.of.succeeded + props.of.skipped) }} />
        <span class="backfill__bad" style={{ width: share(props.of.failed) }} />
        <span class="backfill__none" style={{ width: share(props.of.cancelled) }} />
      </div>
      <p class="soft small nums">{figures(props.of)}</p>
      <p class="quiet small">
        <Exact at={props.of.from} /> to <Exact at={props.of.to} />, started by {props.of.actor.name}
      </p>
    </li>
  )
}

const WORDS: Readonly<Record<Backfill['status'], string>> = { RUNNING: 'Running', COMPLETED: 'Completed', CANCELLED: 'Cancelled' }
const TONES: Readonly<Record<Backfill['status'], Tone>> = { RUNNING: 'accent', COMPLETED: 'good', CANCELLED: 'quiet' }

/** `12 succeeded, 1 failed, 3 left out, 4 to come`, without what there is none of. */
function figures({ succeeded, failed, skipped, cancelled, waiting }: Backfill): string {
  const parts: [number, string][] = [
    [succeeded, 'succeeded'],
    [failed, 'failed'],
    [skipped, 'left out'],
    [cancelled, 'cancelled'],
    [waiting, 'to come'],
  ]
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return words.join(', ') || 'Nothing to do'
}
