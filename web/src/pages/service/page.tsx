import { useParams } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { may } from '../../access/viewer.ts'
import { BreakerTag } from '../../delivery/breaker-tag.tsx'
import { INVOCATION_COLUMNS, InvocationListRow } from '../../invocation-list/row.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageOf } from '../not-found/page-of.tsx'
import { ServiceButtons } from './buttons.tsx'
import { CircuitCard } from './circuit.tsx'
import { ServiceFacts } from './facts.tsx'
import { GatewayCard } from './gateway.tsx'
import { LimitCard } from './limit.tsx'
import './page.css'
import type { Service, ServiceState } from './page.state.ts'
import { createServiceState } from './page.state.ts'
import { SigningCard } from './signing.tsx'
import { TestCard } from './test-card.tsx'

export function ServicePage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const state = createServiceState(() => params.id)
  return (
    <PageOf what="This service" of={state.service}>
      {(service) => <Loaded service={service()} state={state} />}
    </PageOf>
  )
}

function Loaded(props: { service: Service; state: ServiceState }): JSX.Element {
  const service = () => props.service
  const changed = () => void props.state.service.reload()
  return (
    <>
      <PageHead
        title={service().name}
        back={{ href: '/services', words: 'Services' }}
        lead={
          <span class="cluster">
            <BreakerTag state={service().breaker.state} enabled={service().breaker.enabled} />
            <code class="wrap-anywhere">{service().baseUrl}</code>
          </span>
        }
        actions={
          <Show when={may('MANAGE')}>
            <ServiceButtons service={service()} changed={changed} />
          </Show>
        }
      />
      <div class="stack stack--loose">
        <LoadFailure what="The present state" of={props.state.service} />
        <div class="cols">
          <div class="stack stack--loose">
            <Show when={may('OPERATE')}>
              <TestCard service={service()} ended={() => void props.state.failures.reload()} />
            </Show>
            <Card
              title="Recent failures"
              actions={
                <LinkButton small look="ghost" href={`/invocations?service=${service().id}`}>
                  All invocations
                </LinkButton>
              }
              flush
            >
              <List
                label="Recent failures"
                of={props.state.failures}
                grid="runs-grid runs-grid--narrow"
                columns={INVOCATION_COLUMNS}
                empty={
                  <EmptyFace icon="check" title="Nothing failed">
                    A run of this service that fails appears here.
                  </EmptyFace>
                }
              >
                {(row) => <InvocationListRow row={row} />}
              </List>
            </Card>
          </div>
          <div class="stack stack--loose">
            <CircuitCard service={service()} changed={changed} />
            <LimitCard service={service()} changed={changed} />
            <SigningCard service={service()} changed={changed} />
            <GatewayCard service={service()} changed={changed} />
            <Card title="Details">
              <ServiceFacts service={service()} />
            </Card>
          </div>
        </div>
      </div>
    </>
  )
}
