import {
  CreateProjectDocument,
  type ExecutionMode,
  ProjectDocument,
  SelectProjectDocument,
  SetEnabledQuotaDocument,
  SetExecutionModeDocument,
  UpdateProjectDocument,
  type UpdateProjectInput,
} from './generated/operations.ts'
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
    /** Changes what is given and leaves the rest. */
    updateProject: async (input: UpdateProjectInput) => (await request(UpdateProjectDocument, { input })).updateProject,
    /** One more, of which the person who makes it is an administrator. */
    createProject: async (name: string) => (await request(CreateProjectDocument, { input: { name } })).createProject,
    /** Moves the browser's session to another project of the person. */
    selectProject: async (id: string) => (await request(SelectProjectDocument, { id })).selectProject,
  }
}
