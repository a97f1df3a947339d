import type { InvocationStatus } from '../../../sdk/generated/operations.ts'
import { toast } from '../ui/toast.tsx'

/** Says that a run which was just asked for waits for people; tells whether it does. */
export function tellIfWaiting(run: { id: string; status: InvocationStatus }, link = false): boolean {
  if (run.status !== 'AWAITING_APPROVAL') return false
  toast('It waits for an approval. Nothing is sent before.', link ? { link: { href: `/invocations/${run.id}`, words: 'Watch it' } } : {})
  return true
}
