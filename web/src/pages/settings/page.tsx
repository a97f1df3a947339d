import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { may } from '../../access/viewer.ts'
import { BothValid } from '../../delivery/both-valid.tsx'
import { RotateSecret } from '../../delivery/rotate-secret.tsx'
import { mode } from '../../schedule/mode.tsx'
import { ModeButton } from '../../schedule/mode-dialog.tsx'
import { MODE_WORDS } from '../../schedule/mode-words.ts'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { ErrorFace, SkeletonRows } from '../../ui/faces.tsx'
import { Segments } from '../../ui/field.tsx'
import { setTheme, theme } from '../../ui/theme.tsx'
import { Exact } from '../../ui/time.tsx'
import { ApprovalsCard } from './approvals.tsx'
import { CalendarsCard } from './calendars.tsx'
import { NewProject } from './new-project.tsx'
import './page.css'
import type { Viewer } from './page.state.ts'
import { createSettingsState } from './page.state.ts'
import { SettingsHead } from './tabs.tsx'

export function SettingsPage(): JSX.Element {
  const state = createSettingsState()
  return (
    <>
      <SettingsHead title="Settings" />
      <div class="cols">
        <div class="stack stack--loose">
          <CalendarsCard calendars={state.calendars} />
          <Show when={may('ADMINISTER') && state.viewer.data()}>
            {(viewer) => <ApprovalsCard project={viewer().project} saved={() => void state.viewer.reload()} />}
          </Show>
        </div>
        <div class="stack stack--loose">
          <Card title="Project" actions={<ProjectButtons />}>
            <Switch fallback={<SkeletonRows count={2} />}>
              <Match when={state.viewer.data()}>{(viewer) => <ProjectFacts viewer={viewer()} />}</Match>
              <Match when={state.viewer.failure()}>
                {(failure) => <ErrorFace message={failure().message} retry={state.viewer.reload} />}
              </Match>
            </Switch>
          </Card>
          <Card title="Signing">
            <div class="stack">
              <p class="soft">
                Requests to plain URLs, and the callbacks of their runs, are signed by Standard Webhooks with the secret of the project.
                Each service has a secret of its own.
              </p>
              <Show when={state.viewer.data()}>{(viewer) => <BothValid until={viewer().project.signingSecretRotatedUntil} />}</Show>
              <Show when={may('MANAGE')}>
                <div>
                  <RotateSecret of="the project" rotated={() => void state.viewer.reload()} />
                </div>
              </Show>
            </div>
          </Card>
          <Card title="Theme">
            <Segments
              label="Theme"
              value={theme()}
              options={[
                ['system', 'Like the system'],
                ['light', 'Light'],
                ['dark', 'Dark'],
              ]}
              onChange={setTheme}
            />
          </Card>
        </div>
      </div>
    </>
  )
}

function ProjectButtons(): JSX.Element {
  return (
    <>
      <Show when={may('ADMINISTER')}>
        <NewProject />
      </Show>
      <Show when={may('MANAGE')}>
        <ModeButton small />
      </Show>
    </>
  )
}

function ProjectFacts(props: { viewer: Viewer }): JSX.Element {
  return (
    <Facts>
      <Fact name="Name">{props.viewer.project.name}</Fact>
      <Fact name="Signed in as">{props.viewer.actor.name}</Fact>
      <Fact name="Execution">
        {MODE_WORDS[mode()].name}
        <div class="quiet small">{MODE_WORDS[mode()].words}</div>
      </Fact>
      <Fact name="Enabled at most">{props.viewer.project.enabledQuota} recurring actions</Fact>
      <Fact name="Echo target">
        <code>{props.viewer.project.echoUrl}</code>
      </Fact>
      <Fact name="Since">
        <Exact at={props.viewer.project.createdAt} />
      </Fact>
      <Fact name="Id">
        <code>{props.viewer.project.id}</code>
      </Fact>
    </Facts>
  )
}
