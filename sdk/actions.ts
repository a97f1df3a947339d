import {
  ActionDocument,
  type ActionFilter,
  ActionsDocument,
  CreateActionDocument,
  type CreateActionInput,
  CreateActionsDocument,
  DeleteActionDocument,
  InvokeNowDocument,
  type InvokeNowMutationVariables,
  PauseDocument,
  ResumeDocument,
  RunAtDocument,
  SkipNextDocument,
  UpdateActionDocument,
  type UpdateActionInput,
} from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.actions`: what runs and when. */
export function actionCalls(request: Request) {
  return {
    /** Makes an action, or with a `key` that exists updates that one. */
    create: async (input: CreateActionInput) => (await request(CreateActionDocument, { input })).createAction,
    /** Up to 1,000 in one transaction; each item has its action or its error. */
    createMany: async (inputs: CreateActionInput[]) => (await request(CreateActionsDocument, { inputs })).createActions,
    /** Null when there is none with this id. */
    get: async (id: string) => (await request(ActionDocument, { id })).action,
    /** Newest first. */
    list: async (options: PageOptions & { filter?: ActionFilter } = {}) => toPage((await request(ActionsDocument, options)).actions),
    /** Changes what is given and leaves the rest. */
    update: async (id: string, input: UpdateActionInput) => (await request(UpdateActionDocument, { id, input })).updateAction,
    /** What is still to come is cancelled; what ran stays on record. Gives the id. */
    delete: async (id: string) => (await request(DeleteActionDocument, { id })).deleteAction,
    /** Stops the schedule and keeps the action. */
    pause: async (id: string, note?: string) => (await request(PauseDocument, { actionId: id, note })).pause,
    resume: async (id: string, note?: string) => (await request(ResumeDocument, { actionId: id, note })).resume,
    /**
     * Runs it once, now, whatever its schedule. Gives the invocation, which may not have been sent yet unless `waitSeconds` (up to 120) lets
     * the answer wait for its end. `idempotencyKey` makes it safe to call again when no answer came, `dedupe` makes one run of several.
     */
    invokeNow: async (id: string, options: Omit<InvokeNowMutationVariables, 'actionId'> = {}) =>
      (await request(InvokeNowDocument, { actionId: id, ...options })).invokeNow,
    /** Adds one run at a time of its own, beside the schedule. Gives the invocation. */
    runAt: async (id: string, at: string) => (await request(RunAtDocument, { actionId: id, at })).runAt,
    /** Takes the next run out of the schedule. Gives the invocation that is cancelled by it. */
    skipNext: async (id: string) => (await request(SkipNextDocument, { actionId: id })).skipNext,
  }
}
