import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { SessionViewFragment } from '../../../../sdk/generated/operations.ts'
import { RevokeOtherSessionsDocument, RevokeSessionDocument, SessionsDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createWhole } from '../../live/whole.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell, List } from '../../ui/list.tsx'
import { Tag } from '../../ui/status.tsx'
import { Exact, Relative } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import './page.css'
import { browserWords } from './user-agent.ts'

/** Every browser in which one is signed in, and ways to end that from here. */
export function SessionsCard(): JSX.Element {
  const client = useClient()
  const sessions = createWhole(() => ask(client, SessionsDocument, {}, (data) => data.sessions))
  const [ended, setEnded] = createSignal<SessionViewFragment>()
  const [endingAll, setEndingAll] = createSignal(false)
  const others = () => sessions.rows.filter(({ current }) => !current).length
  return (
    <>
      <Card
        title="Signed in"
        hint="Each browser in which you are"
        actions={
          <Show when={others() > 0}>
            <Button small icon="exit" onClick={() => setEndingAll(true)}>
              Sign out all others
            </Button>
          </Show>
        }
        flush
      >
        <List
          label="Sessions"
          of={sessions}
          grid="sessions-grid"
          columns={['Browser', 'Last seen', 'Ends', '']}
          empty={<EmptyFace icon="person" title="No browser is signed in" />}
        >
          {(session) => <SessionRow session={session} end={() => setEnded(session)} />}
        </List>
      </Card>
      <Show when={ended()} keyed>
        {(session) => (
          <ConfirmDialog
            title={`Sign out ${browserWords(session.userAgent)}?`}
            confirm="Sign out"
            command={RevokeSessionDocument}
            variables={{ id: session.id }}
            done={() => {
              sessions.remove(session.id)
              toast('That browser was signed out.')
            }}
            close={() => setEnded(undefined)}
          >
            <p>Its open pages lose the connection within a second. Whoever uses it has to sign in again.</p>
          </ConfirmDialog>
        )}
      </Show>
      <ConfirmDialog
        open={endingAll()}
        title="Sign out all other browsers?"
        confirm="Sign out all others"
        command={RevokeOtherSessionsDocument}
        variables={{}}
        done={({ revokeOtherSessions: count }) => {
          void sessions.reload()
          toast(`${count} ${count === 1 ? 'browser was' : 'browsers were'} signed out.`)
        }}
        close={() => setEndingAll(false)}
      >
        <p>You stay signed in here. Change your password as well if someone else may know it.</p>
      </ConfirmDialog>
    </>
  )
}

function SessionRow(props: { session: SessionViewFragment; end: () => void }): JSX.Element {
  const words = () => browserWords(props.session.userAgent)
  return (
    <li class="row">
      <Cell name="Browser" bare>
        <span class="cluster">
          <span class="row__title" title={props.session.userAgent ?? undefined}>
            {words()}
          </span>
          <Show when={props.session.current}>
            <Tag tone="good">This one</Tag>
          </Show>
        </span>
        <span class="quiet small">
          <Show when={props.session.ip}>{(ip) => `${ip()}, `}</Show>
          since <Exact at={props.session.createdAt} />
        </span>
      </Cell>
      <Cell name="Last seen">
        <Show when={props.session.lastUsedAt} fallback={<span class="quiet">not yet</span>}>
          {(at) => <Relative at={at()} />}
        </Show>
      </Cell>
      <Cell name="Ends">
        <Exact at={props.session.expiresAt} />
      </Cell>
      <div class="row__buttons">
        <Show when={!props.session.current}>
          <Button look="ghost" small aria-label={`Sign out ${words()}`} onClick={() => props.end()}>
            Sign out
          </Button>
        </Show>
      </div>
    </li>
  )
}
