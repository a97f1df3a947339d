import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { SelectProjectDocument } from '../../../sdk/generated/operations.ts'
import { createCommand } from '../live/command.ts'
import { Select } from '../ui/field.tsx'
import { optionsOf } from '../ui/options.ts'
import { toast } from '../ui/toast.tsx'
import { viewer } from './viewer.ts'

/** Which of one's projects the page is about; nothing where there is only one. */
export function ProjectSwitch(): JSX.Element {
  const select = createCommand(SelectProjectDocument)
  const choose = async (id: string, control: HTMLSelectElement) => {
    const { failure } = await select.run({ id })
    // A whole new page: nothing of the project before stays in memory, and the socket is opened anew.
    if (!failure) return window.location.assign('/')
    toast(failure.message, { bad: true })
    control.value = viewer()?.project.id ?? ''
  }
  return (
    <Show when={(viewer()?.projects.length ?? 0) > 1 && viewer()}>
      {(it) => (
        <Select
          class="shell__project"
          aria-label="Project"
          value={it().project.id}
          options={optionsOf(it().projects, it().project)}
          onChange={(event) => void choose(event.currentTarget.value, event.currentTarget)}
        />
      )}
    </Show>
  )
}
