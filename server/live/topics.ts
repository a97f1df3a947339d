import type { LoggedEvent } from '../domain/event.ts'

/** What a subscriber wants to hear of: a project's invocations, or those of one action, or one of them; all of it, or their approvals. */
export interface Topic {
  projectId: string
  actionId?: string | undefined
  invocationId?: string | undefined
  /** Only events whose type begins with this noun. */
  about?: 'approval' | undefined
}

/** Whether an event is about an invocation that the topic covers. */
export const covers = ({ projectId, actionId, invocationId, about }: Topic, event: LoggedEvent): boolean =>
  event.projectId === projectId &&
  event.invocationId !== null &&
  (about === undefined || event.type.startsWith(`${about}.`)) &&
  (actionId === undefined || event.actionId === actionId) &&
  (invocationId === undefined || event.invocationId === invocationId)

/** Subscribers by what they listen to, so that an event costs only those whom it concerns. */
export interface Topics<S extends Topic> {
  readonly size: number
  add(subscriber: S): void
  delete(subscriber: S): void
  /** Those whose topic covers the event. */
  of(event: LoggedEvent): S[]
}

export function createTopics<S extends Topic>(): Topics<S> {
  /** Keyed by the narrowest id that the topic names; ids of projects, actions and invocations never collide. */
  const index = new Map<string, Set<S>>()
  const keyOf = ({ projectId, actionId, invocationId }: Topic) => invocationId ?? actionId ?? projectId
  let size = 0

  return {
    get size() {
      return size
    },
    add(subscriber) {
      const key = keyOf(subscriber)
      const members = index.get(key) ?? new Set()
      if (members.has(subscriber)) return
      index.set(key, members.add(subscriber))
      size++
    },
    delete(subscriber) {
      const key = keyOf(subscriber)
      const members = index.get(key)
      if (!members?.delete(subscriber)) return
      if (members.size === 0) index.delete(key)
      size--
    },
    of(event) {
      return [event.invocationId, event.actionId, event.projectId]
        .flatMap((key) => (key === null ? [] : [...(index.get(key) ?? [])]))
        .filter((subscriber) => covers(subscriber, event))
    },
  }
}
