import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { may } from '../../access/viewer.ts'
import { ServiceDialog } from '../../delivery/service-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import './page.css'
import { createServicesState } from './page.state.ts'
import { ServiceListRow } from './row.tsx'

export function ServicesPage(): JSX.Element {
  const services = createServicesState()
  const navigate = useNavigate()
  const [adding, setAdding] = createSignal(false)
  return (
    <>
      <PageHead
        title="Services"
        lead="What your actions call, with the limits and the circuit breaker that protect it."
        actions={
          <Show when={may('MANAGE')}>
            <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
              Add a service
            </Button>
          </Show>
        }
      />
      <Card flush>
        <List
          label="Services"
          of={services}
          grid="services-grid list--halves"
          columns={['Service', 'Actions', 'Circuit', 'Limits', 'Under way']}
          empty={
            <EmptyFace
              icon="services"
              title="No service yet"
              action={
                <Show when={may('MANAGE')}>
                  <Button icon="plus" onClick={() => setAdding(true)}>
                    Add a service
                  </Button>
                </Show>
              }
            >
              A service is a base URL with a name. Actions on it need only a path; limits and the circuit breaker hold for all of them.
            </EmptyFace>
          }
        >
          {(row) => <ServiceListRow row={row} />}
        </List>
      </Card>
      <ServiceDialog
        open={adding()}
        close={() => setAdding(false)}
        made={() => void services.reload()}
        after={(service) => navigate(`/services/${service.id}`)}
      />
    </>
  )
}
