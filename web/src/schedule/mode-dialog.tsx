import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { ExecutionMode } from '../../../sdk/generated/operations.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Input } from '../ui/field.tsx'
import { createModeSwitch, mode } from './mode.tsx'
import { MODE_WORDS } from './mode-words.ts'

/** The button that asks what of the project shall run. */
export function ModeButton(props: { small?: boolean }): JSX.Element {
  const [open, setOpen] = createSignal(false)
  return (
    <>
      <Button small={props.small ?? false} icon={mode() === 'ACTIVE' ? 'pause' : 'resume'} onClick={() => setOpen(true)}>
        {mode() === 'ACTIVE' ? 'Pause the project' : 'Change what is paused'}
      </Button>
      <Show when={open()}>
        <ModeDialog close={() => setOpen(false)} />
      </Show>
    </>
  )
}

function ModeDialog(props: { close: () => void }): JSX.Element {
  const command = createModeSwitch()
  const [chosen, setChosen] = createSignal<ExecutionMode>(mode() === 'ACTIVE' ? 'SCHEDULES_PAUSED' : mode())
  const [note, setNote] = createSignal('')
  const [error, setError] = createSignal<string>()
  const run = async () => {
    const { failure } = await command.turn(chosen(), note())
    if (failure) return setError(failure.message)
    props.close()
  }
  return (
    <Dialog
      open
      title="What of the project is paused"
      confirm={chosen() === 'ACTIVE' ? 'Resume' : 'Pause'}
      busy={command.busy()}
      error={error()}
      onConfirm={run}
      onClose={props.close}
    >
      <Choice label="What is paused" value={chosen()} words={MODE_WORDS} onChange={setChosen} />
      <p>What a schedule has for the time of a pause is recorded as missed and not made up for.</p>
      <Field label="Note" optional hint="Why, for the log of events.">
        {(wiring) => (
          <Input {...wiring} value={note()} placeholder="Moving the database" onInput={(event) => setNote(event.currentTarget.value)} />
        )}
      </Field>
    </Dialog>
  )
}
