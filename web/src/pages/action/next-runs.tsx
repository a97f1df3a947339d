import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { browserZone } from '../../format.ts'
import { mode } from '../../schedule/mode.tsx'
import { MODE_WORDS } from '../../schedule/mode-words.ts'
import { RunTable } from '../../schedule/run-table.tsx'
import { Warnings } from '../../ui/warnings.tsx'
import type { Action } from './page.state.ts'

export function NextRuns(props: { action: Action }): JSX.Element {
  return (
    <div class="stack">
      <Warnings of={props.action.warnings} />
      <Show when={mode() !== 'ACTIVE' && props.action.nextRuns.length > 0}>
        <p class="soft">{MODE_WORDS[mode()].name} in the whole project: these do not take place until that ends.</p>
      </Show>
      <Show when={props.action.nextRuns.length > 0} fallback={<p class="quiet">{whyNone(props.action)}</p>}>
        <RunTable runs={props.action.nextRuns} zone={props.action.schedule?.timezone ?? browserZone()} />
      </Show>
    </div>
  )
}

function whyNone({ completed, enabled, kind, maxRuns, runsMade, schedule }: Action): string {
  if (kind === 'ONE_TIME' && completed) return 'None: its one time has passed.'
  if (completed && maxRuns !== null && runsMade >= maxRuns)
    return `None: it has made all of its ${maxRuns} runs. A higher number of runs in all lets it go on.`
  if (completed) return 'None: its window is over.'
  if (!enabled) return 'None while it is paused. Resuming replays nothing that was passed over.'
  if (schedule?.recurrence === 'ROLLING') return 'The next one is counted from the end of the run that is under way.'
  return 'None to come.'
}
