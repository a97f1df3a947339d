import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import type { ServiceViewFragment } from '../../../../sdk/generated/operations.ts'
import { BreakerTag } from '../../delivery/breaker-tag.tsx'
import { NextTry } from '../../delivery/next-try.tsx'
import { Exact } from '../../ui/time.tsx'

/** Services that are not called right now. */
export function OpenCircuits(props: { services: ServiceViewFragment[] }): JSX.Element {
  return (
    <Show when={props.services.length > 0} fallback={<p class="soft">All circuits are closed: every service is being called.</p>}>
      <ul class="circuits" aria-label="Open circuits">
        <For each={props.services}>
          {(service) => (
            <li class="circuits__one">
              <A class="link" href={`/services/${service.id}`}>
                {service.name}
              </A>
              <BreakerTag state={service.breaker.state} />
              <span class="quiet small">
                <Show when={service.breaker.openedAt}>
                  {(at) => (
                    <>
                      since <Exact at={at()} />
                    </>
                  )}
                </Show>
                <Show when={service.breaker.state === 'OPEN' && service.breaker.probeAt}>
                  {(at) => (
                    <>
                      , next try <NextTry at={at()} />
                    </>
                  )}
                </Show>
              </span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
