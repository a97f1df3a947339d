import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import { exportHref } from './filter.ts'
import type { AuditState } from './page.state.ts'

/** A link alone would not do: the server lets a session have it only with a header that no other site can send. */
export function ExportButton(props: { format: 'jsonl' | 'csv'; words: string; state: AuditState }): JSX.Element {
  const [busy, setBusy] = createSignal(false)
  const run = async () => {
    setBusy(true)
    const file = await fetchFile(exportHref(props.format, props.state.filter()))
    setBusy(false)
    if (file) save(file, `audit.${props.format}`)
    else toast('The audit could not be exported. Check that Docket is running, then try again.', { bad: true })
  }
  return (
    <Button look="ghost" busy={busy()} aria-label={`Export as ${props.words}`} title={`Export as ${props.words}`} onClick={run}>
      {props.words}
    </Button>
  )
}

async function fetchFile(href: string): Promise<Blob | undefined> {
  try {
    const answer = await fetch(href, { credentials: 'same-origin', headers: { 'x-requested-by': 'dashboard' } })
    return answer.ok ? await answer.blob() : undefined
  } catch {
    return undefined
  }
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser has taken it over by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href))
}
