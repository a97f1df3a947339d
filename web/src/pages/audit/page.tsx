import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { may, viewer } from '../../access/viewer.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyFace } from '../../ui/faces.tsx'
import { List } from '../../ui/list.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { AUDIT_COLUMNS, AuditListEntry } from './entry.tsx'
import { ExportButton } from './export.tsx'
import { AuditFilterBar } from './filter-bar.tsx'
import './page.css'
import { createAuditState } from './page.state.ts'
import { createVerification, VerificationResult, VerifyButton } from './verify.tsx'

/** Who did what, on what, and what came of it; for admins. */
export function AuditPage(): JSX.Element {
  return (
    <Show
      when={viewer() === undefined || may('ADMINISTER')}
      fallback={
        <>
          <PageHead title="Audit" />
          <EmptyFace icon="audit" title="The audit is for admins">
            Ask an admin of the project to look something up, or to give you a role that reaches so far.
          </EmptyFace>
        </>
      }
    >
      <Show when={viewer()}>
        <Explorer />
      </Show>
    </Show>
  )
}

function Explorer(): JSX.Element {
  const state = createAuditState()
  const verification = createVerification()
  return (
    <>
      <PageHead
        title="Audit"
        actions={
          <>
            <ExportButton format="jsonl" words="JSONL" state={state} />
            <ExportButton format="csv" words="CSV" state={state} />
            <VerifyButton of={verification} />
            <Button icon="retry" onClick={() => state.entries.reload()}>
              Refresh
            </Button>
          </>
        }
      />
      <div class="stack">
        <VerificationResult of={verification.result()} />
        <AuditFilterBar state={state} />
        <Card flush>
          <List
            label="Audit"
            of={state.entries}
            grid="audit-grid"
            columns={AUDIT_COLUMNS}
            empty={
              <Show
                when={state.filtered()}
                fallback={
                  <EmptyFace icon="audit" title="Nothing yet">
                    Everything that is done or refused is noted here.
                  </EmptyFace>
                }
              >
                <EmptyFace icon="search" title="No entry matches" action={<Button onClick={state.clear}>Show all</Button>}>
                  None fits this filter.
                </EmptyFace>
              </Show>
            }
          >
            {(entry) => <AuditListEntry entry={entry} />}
          </List>
        </Card>
      </div>
    </>
  )
}
