import type { JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { CAPABILITY_WORDS } from '../../access/role-words.ts'
import type { Viewer } from '../../access/viewer.ts'
import { createViewerReload, viewer } from '../../access/viewer.ts'
import { signOut } from '../../live/session.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { SkeletonRows } from '../../ui/faces.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PasswordCard } from './password.tsx'
import { ProfileCard } from './profile.tsx'
import { SessionsCard } from './sessions.tsx'

/** One's own account: who one is, the password, and where one is signed in. */
export function AccountPage(): JSX.Element {
  const reload = createViewerReload()
  const changed = () => void reload()
  const leave = async () => {
    await signOut()
    window.location.assign('/sign-in')
  }
  return (
    <>
      <PageHead
        title="Account"
        actions={
          <Button icon="exit" onClick={leave}>
            Sign out here
          </Button>
        }
      />
      <Switch fallback={<SkeletonRows count={3} />}>
        <Match when={viewer()}>
          {(it) => (
            <div class="cols">
              <div class="stack stack--loose">
                <Show when={it().member} fallback={<NoAccount />}>
                  {(member) => (
                    <>
                      <ProfileCard member={member()} changed={changed} />
                      <PasswordCard hasPassword={member().hasPassword} hasEmail={member().email !== null} changed={changed} />
                    </>
                  )}
                </Show>
                <Show when={it().member}>
                  <SessionsCard />
                </Show>
              </div>
              <Card title="What you may do">
                <Rights viewer={it()} />
              </Card>
            </div>
          )}
        </Match>
      </Switch>
    </>
  )
}

function NoAccount(): JSX.Element {
  return (
    <Card title="Signed in by an API token">
      <p class="soft">
        A token is not a person: it has no password, and it cannot approve. To have an account, be invited under Members, or sign in with an
        account you have.
      </p>
    </Card>
  )
}

function Rights(props: { viewer: Viewer }): JSX.Element {
  return (
    <Facts>
      <Fact name="Project">{props.viewer.project.name}</Fact>
      <Fact name="Role">{props.viewer.role?.name ?? 'none'}</Fact>
      <Show when={props.viewer.onBehalfOf}>{(person) => <Fact name="On behalf of">{person().name}</Fact>}</Show>
      <Fact name="May">
        <ul>
          {props.viewer.capabilities.map((capability) => (
            <li>
              {CAPABILITY_WORDS[capability].name}
              <div class="quiet small">{CAPABILITY_WORDS[capability].words}</div>
            </li>
          ))}
        </ul>
      </Fact>
    </Facts>
  )
}
