import type { JSX } from 'solid-js'
import { For, Match, Show, Switch } from 'solid-js'
import { browserZone, exact } from '../../format.ts'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Relative } from '../../ui/time.tsx'
import type { Draft } from './draft.ts'
import type { Preview } from './preview.state.ts'

/** What the schedule will do, told by the same code that fires it. */
export function PreviewCard(props: { draft: Draft; preview: Preview | undefined; refused: boolean }): JSX.Element {
  const zone = () => (props.draft.when === 'recurring' ? props.draft.timezone : browserZone())
  return (
    <Card title="Next runs">
      <div aria-live="polite">
        <Switch>
          <Match when={props.draft.when === 'now'}>
            <p class="soft">It is sent once, as soon as you press “Send now”. You then watch its receipt.</p>
          </Match>
          <Match when={props.draft.when === 'demand'}>
            <p class="soft">
              It has no schedule. It runs when you press “Invoke now”, or when a program calls <code>invokeNow</code>.
            </p>
          </Match>
          <Match when={props.refused}>
            <p class="soft">None, until the schedule is right.</p>
          </Match>
          <Match when={props.preview}>
            {(preview) => (
              <div class="stack">
                <Show when={props.draft.when === 'recurring'}>
                  <p class="preview__words">{preview().description}</p>
                </Show>
                <For each={preview().warnings}>
                  {(warning) => (
                    <p class="preview__warning">
                      <Icon name="warning" size={14} /> {warning}
                    </p>
                  )}
                </For>
                <ol class="preview__runs">
                  <For each={preview().runs} fallback={<li class="soft">This schedule never runs.</li>}>
                    {(run) => (
                      <li>
                        <span class="nums">{minutes(exact(Date.parse(run.at), zone()))}</span>
                        <span class="quiet small">
                          <Relative at={run.at} zone={zone()} />
                        </span>
                        <span class="quiet small nums">{minutes(exact(Date.parse(run.at), 'UTC'))}</span>
                        <span class="quiet small nums">{run.offset}</span>
                        <Show when={run.note}>
                          <span class="preview__note">{run.note}</span>
                        </Show>
                      </li>
                    )}
                  </For>
                </ol>
              </div>
            )}
          </Match>
          <Match when={true}>
            <p class="quiet">…</p>
          </Match>
        </Switch>
      </div>
    </Card>
  )
}

/** Schedules have no seconds. */
const minutes = (text: string): string => text.replace(/(\d\d:\d\d):00/, '$1')
