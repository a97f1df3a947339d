import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { may, viewer } from '../../access/viewer.ts'
import { browserZone } from '../../format.ts'
import { useClient } from '../../live/live.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Logo } from '../../ui/logo.tsx'
import { toast } from '../../ui/toast.tsx'
import './first-run.css'
import { runDemo } from './demo.ts'

/** What a newcomer sees: what this is, and a way to watch it work within seconds. */
export function FirstRun(): JSX.Element {
  const client = useClient()
  const navigate = useNavigate()
  const [busy, setBusy] = createSignal(false)
  const start = async () => {
    setBusy(true)
    const { invocationId, refusal } = await runDemo(client, browserZone())
    setBusy(false)
    if (invocationId) navigate(`/invocations/${invocationId}`)
    else toast(refusal, { bad: true })
  }
  return (
    <section class="first-run" aria-labelledby="first-run">
      <div class="first-run__words">
        <Logo />
        <h2 id="first-run">Watch your first request go out</h2>
        <p class="soft">
          An action says which HTTP request to send and when. Each time it runs, Docket sends the request, retries it if need be, and keeps
          a receipt you can watch live.
        </p>
        <Show
          when={may('MANAGE')}
          fallback={
            <Show when={viewer()}>
              <p class="quiet small">There is no action yet. It takes the role Manager, or one based on it, to write the first.</p>
            </Show>
          }
        >
          <div class="cluster">
            <Button look="primary" icon="play" busy={busy()} onClick={start}>
              Run the demo
            </Button>
            <LinkButton href="/actions/new" icon="plus">
              Write an action
            </LinkButton>
          </div>
          <p class="quiet small">
            The demo sends a request to this server's own <code>/echo</code>, once right away and then every minute. Delete it when you have
            seen enough.
          </p>
        </Show>
      </div>
      <ol class="first-run__picture" aria-hidden="true">
        <li class="tone--quiet">
          <span>Created</span>
          <span>09:00:00.000</span>
        </li>
        <li class="tone--bad">
          <span>Attempt 1 failed · 503</span>
          <span>09:00:00.004</span>
        </li>
        <li class="tone--warn">
          <span>Attempt 2 in 20 s</span>
          <span>09:00:20.110</span>
        </li>
        <li class="tone--good">
          <span>Succeeded · 200 in 84 ms</span>
          <span>09:00:20.196</span>
        </li>
      </ol>
    </section>
  )
}
