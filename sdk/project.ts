import { type ExecutionMode, ProjectDocument, SetEnabledQuotaDocument, SetExecutionModeDocument } from './generated/operations.ts'
import type { Request } from './transport.ts'

/** `client.project` and the settings of the project. */
export function projectCalls(request: Request) {
  return {
    project: async () => (await request(ProjectDocument, {})).project,
    /** Stops schedules, or everything, or lets them go on. Nothing that fell into the pause is replayed. */
    setExecutionMode: async (mode: ExecutionMode, note?: string) =>
      (await request(SetExecutionModeDocument, { mode, note })).setExecutionMode,
    /** How many recurring actions may be enabled. */
    setEnabledQuota: async (quota: number) => (await request(SetEnabledQuotaDocument, { quota })).setEnabledQuota,
  }
}
