import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { InvokeNowDocument, PauseDocument, ResumeDocument } from '../../../../sdk/generated/operations.ts'
import { tellIfWaiting } from '../../approval/told.ts'
import { browserZone } from '../../format.ts'
import { createCommand } from '../../live/command.ts'
import type { Paged } from '../../live/paged.ts'
import { scheduleWords } from '../../schedule-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { Cell } from '../../ui/list.tsx'
import { Status, Tag } from '../../ui/status.tsx'
import { Moment, Relative } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { KIND_WORDS } from '../../words.ts'
import type { ActionRow } from './page.state.ts'

export function ActionListRow(props: { row: ActionRow; patch: Paged<ActionRow>['patch'] }): JSX.Element {
  const row = () => props.row
  return (
    <li class="row" data-action={row().id}>
      <Cell name="Action" bare class="actions-grid__name">
        <A href={`/actions/${row().id}`} class="whole-link row__title clip">
          {row().name}
        </A>
        <span class="quiet small mono clip">
          {row().method} {row().target.url}
        </span>
      </Cell>
      <Cell name="Schedule" class="cell--wide" bare>
        <Show when={row().schedule} fallback={<span class="soft">{KIND_WORDS[row().kind]}</span>}>
          {(schedule) => {
            const words = () => scheduleWords(schedule(), browserZone())
            return (
              <span class="moment">
                <span class="clip" title={schedule().description}>
                  {words().main}
                </span>
                <span class="quiet small clip">{words().detail}</span>
              </span>
            )
          }}
        </Show>
      </Cell>
      <Cell name="Next run">
        <Show when={row().enabled} fallback={<Paused note={row().pauseNote} />}>
          <Show when={row().nextRunAt} fallback={<span class="quiet">–</span>}>
            {(at) => <Moment at={at()} zone={row().schedule?.timezone} />}
          </Show>
        </Show>
      </Cell>
      <Cell name="Last result">
        <Show when={row().lastInvocation} fallback={<span class="quiet">Not run yet</span>}>
          {(last) => (
            <A href={`/invocations/${last().id}`} class="last-result">
              <Status status={last().status} />
              <span class="quiet small">
                <Relative at={last().finishedAt ?? last().startedAt ?? last().runAt} />
              </span>
            </A>
          )}
        </Show>
      </Cell>
      <RowButtons {...props} />
    </li>
  )
}

function Paused(props: { note: string | null }): JSX.Element {
  return (
    <span class="moment">
      <span>
        <Tag tone="warn">Paused</Tag>
      </span>
      <Show when={props.note}>
        {(note) => (
          <span class="quiet small clip" title={note()}>
            {note()}
          </span>
        )}
      </Show>
    </span>
  )
}

function RowButtons(props: { row: ActionRow; patch: Paged<ActionRow>['patch'] }): JSX.Element {
  const invoke = createCommand(InvokeNowDocument)
  const pause = createCommand(PauseDocument)
  const resume = createCommand(ResumeDocument)
  const may = (operation: ActionRow['allowedOperations'][number]) => props.row.allowedOperations.includes(operation)
  const invokeNow = async () => {
    const { data, failure } = await invoke.run({ actionId: props.row.id })
    if (failure) return toast(failure.message, { bad: true })
    if (!tellIfWaiting(data.invokeNow, true))
      toast(`${props.row.name} was invoked.`, { link: { href: `/invocations/${data.invokeNow.id}`, words: 'Watch it' } })
  }
  const turn = async (on: boolean) => {
    const { data, failure } = on ? await resume.run({ actionId: props.row.id }) : await pause.run({ actionId: props.row.id })
    if (failure) return toast(failure.message, { bad: true })
    const action = 'resume' in data ? data.resume : data.pause
    props.patch(action.id, (row) => Object.assign(row, action))
    toast(on ? `${action.name} runs again.` : `${action.name} is paused.`)
  }
  return (
    <div class="row__buttons">
      <Show when={may('INVOKE_NOW')}>
        <IconButton icon="play" label={`Invoke ${props.row.name} now`} busy={invoke.busy()} onClick={invokeNow} />
      </Show>
      <Show when={may('PAUSE')}>
        <IconButton icon="pause" label={`Pause ${props.row.name}`} busy={pause.busy()} onClick={() => turn(false)} />
      </Show>
      <Show when={may('RESUME')}>
        <IconButton icon="resume" label={`Resume ${props.row.name}`} busy={resume.busy()} onClick={() => turn(true)} />
      </Show>
    </div>
  )
}
