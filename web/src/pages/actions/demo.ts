import type { Client } from '@urql/core'
import { CreateActionsDocument, ProjectDocument, SendDocument } from '../../../../sdk/generated/operations.ts'
import { toFailure } from '../../live/failure.ts'

/** Slow enough that one sees it run. */
const DEMO_DELAY_MS = 1_500

/** Makes the demo: an action that calls `/echo` every minute in `zone`, and one request that goes out now. */
export async function runDemo(client: Client, zone: string): Promise<{ invocationId?: string; refusal: string }> {
  const { data: known, error } = await client.query(ProjectDocument, {}).toPromise()
  if (!known) return { refusal: error ? toFailure(error).message : 'The project could not be loaded.' }
  const { echoUrl } = known.project
  const made = await client
    .mutation(CreateActionsDocument, {
      inputs: [
        {
          // The key makes a second demo find the first one's action instead of adding another.
          key: 'demo-heartbeat',
          name: 'Demo: every minute',
          target: { url: echoUrl },
          body: { hello: 'from Docket', every: 'minute' },
          schedule: { cronExpression: '* * * * *', timezone: zone },
        },
      ],
    })
    .toPromise()
  const refused = made.error ? toFailure(made.error).message : made.data?.createActions[0]?.error?.message
  if (refused) return { refusal: refused }
  const sent = await client
    .mutation(SendDocument, {
      input: {
        name: 'Demo: right now',
        url: `${echoUrl}?delay=${DEMO_DELAY_MS}`,
        method: 'POST',
        body: { hello: 'world', order: 42, paid: true },
        retryable: true,
      },
    })
    .toPromise()
  if (sent.data) return { invocationId: sent.data.send.id, refusal: '' }
  return { refusal: sent.error ? toFailure(sent.error).message : 'The request could not be sent.' }
}
