import type { ActionSpec } from '../domain/action.ts'
import type { RecordInput } from '../domain/action-input.ts'
import type { Actor } from '../domain/actor.ts'
import type { Permitted } from '../domain/permitted.ts'

/** An action to be stored, with the invocation that comes with it when it is ONE_TIME. */
export interface NewAction {
  /** UUID. */
  id: string
  /** UUID of the run that comes with it; null unless it is ONE_TIME. */
  invocationId: string | null
  projectId: string
  actor: Actor
  spec: ActionSpec
  /** As they are stored: sealed for this action. */
  headers: string | null
  key: string | null
  enabled: boolean
  /** Of the invocation of a ONE_TIME action: API when it was sent to run at once. */
  trigger: 'SCHEDULE' | 'API'
  record: RecordInput | null
  /** First nominal time of a RECURRING action, epoch ms. */
  nextRunAt: number | null
  /** Under which rights its run is asked for. */
  permitted: Permitted
}

export interface InsertedAction {
  actionId: string
  /** Null unless the action is ONE_TIME. */
  invocationId: string | null
}
