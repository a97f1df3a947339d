import { useLocation } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createEffect, createSignal, on, Show } from 'solid-js'
import type { ExecutionMode } from '../../../sdk/generated/operations.ts'
import { ProjectDocument, SetExecutionModeDocument } from '../../../sdk/generated/operations.ts'
import { may } from '../access/viewer.ts'
import { createCommand } from '../live/command.ts'
import { useClient, useSocket } from '../live/live.tsx'
import { Banner } from '../ui/banner.tsx'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toast.tsx'
import { MODE_WORDS } from './mode-words.ts'

/** What of the project runs, for the whole page; ACTIVE until that is known. */
const [mode, setMode] = createSignal<ExecutionMode>('ACTIVE')

export { mode }

/** Answers to older questions shall not undo what is known since. */
let question = 0

/** Gives what looks up anew what of the project runs; when that fails, the last known stays. */
export function createModeReload(): () => Promise<void> {
  const client = useClient()
  return async () => {
    const mine = ++question
    const { data } = await client.query(ProjectDocument, {}).toPromise()
    if (data && mine === question) setMode(data.project.executionMode)
  }
}

/** Sets what of the project runs, and tells the whole page. */
export function createModeSwitch() {
  const command = createCommand(SetExecutionModeDocument)
  return {
    busy: command.busy,
    async turn(next: ExecutionMode, note?: string) {
      const outcome = await command.run({ mode: next, note: note?.trim() || undefined })
      if (outcome.data) {
        question++
        setMode(outcome.data.setExecutionMode.executionMode)
      }
      return outcome
    },
  }
}

/** Says on every page that schedules, or everything, is paused. Looked up anew with each page and after a lost connection. */
export function ModeBanner(): JSX.Element {
  const socket = useSocket()
  const location = useLocation()
  const command = createModeSwitch()
  const reload = createModeReload()
  createEffect(on([() => location.pathname, socket.gaps], () => void reload()))
  const resume = async () => {
    const { failure } = await command.turn('ACTIVE')
    toast(failure ? failure.message : 'Nothing is paused any more. What the schedules passed over is not made up for.', { bad: !!failure })
  }
  return (
    <Show when={mode() !== 'ACTIVE'}>
      <Banner
        icon="pause"
        warn
        action={
          <Show when={may('MANAGE')}>
            <Button small icon="resume" busy={command.busy()} onClick={resume}>
              Resume
            </Button>
          </Show>
        }
      >
        <b>{MODE_WORDS[mode()].name}.</b> {MODE_WORDS[mode()].words}
      </Banner>
    </Show>
  )
}
