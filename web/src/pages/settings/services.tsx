import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import type { Paged } from '../../live/paged.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { Cell, List } from '../../ui/list.tsx'
import { Exact } from '../../ui/time.tsx'
import type { Service } from './page.state.ts'
import { ServiceDialog } from './service-dialog.tsx'

export function ServicesCard(props: { services: Paged<Service> }): JSX.Element {
  const [adding, setAdding] = createSignal(false)
  const add = () => (
    <Button small icon="plus" onClick={() => setAdding(true)}>
      Add a service
    </Button>
  )
  return (
    <>
      <Card title="Services" actions={add()} flush>
        <List
          label="Services"
          of={props.services}
          grid="settings-grid"
          columns={['Name', 'Base URL', 'Added']}
          empty={
            <EmptyFace icon="external" title="No service yet">
              A service is a base URL with a name, so that actions need only a path.
            </EmptyFace>
          }
        >
          {(service) => (
            <li class="row">
              <Cell name="Name" bare>
                <span class="row__title clip">{service.name}</span>
              </Cell>
              <Cell name="Base URL" class="cell--wide" bare>
                <span class="mono small soft wrap-anywhere">{service.baseUrl}</span>
              </Cell>
              <Cell name="Added">
                <span class="soft small">
                  <Exact at={service.createdAt} />
                </span>
              </Cell>
            </li>
          )}
        </List>
      </Card>
      <ServiceDialog open={adding()} close={() => setAdding(false)} made={props.services.insert} />
    </>
  )
}
