import type { Client } from '@urql/core'
import { EventCursorDocument } from '../../../sdk/generated/operations.ts'

/** What is loaded and watched within this time begins at the same place. */
const KEPT_MS = 2_000

/** Gives the place in the log from which a page follows; undefined when it can't be had. */
export type Cursor = () => Promise<string | undefined>

/**
 * A page asks for the cursor before it loads what it shows, and subscribes from it: what changes in between comes by
 * the subscription, so nothing falls into the gap between the two.
 */
export function createCursor(client: Client): Cursor {
  let asked: { at: number; answer: Promise<string | undefined> } | undefined
  return () => {
    if (!asked || Date.now() - asked.at > KEPT_MS) {
      const answer = client
        .query(EventCursorDocument, {})
        .toPromise()
        .then(({ data }) => data?.project.eventCursor)
      asked = { at: Date.now(), answer }
    }
    return asked.answer
  }
}
