import {
  ActionPermissionsDocument,
  ClearPermissionDocument,
  CreateRoleDocument,
  type CreateRoleInput,
  DeleteRoleDocument,
  PolicyDryRunDocument,
  type PolicyDryRunInput,
  RoleDocument,
  RolesDocument,
  SetPermissionDocument,
  type SetPermissionInput,
  TryConditionDocument,
  UpdateRoleDocument,
  type UpdateRoleInput,
} from './generated/operations.ts'
import type { Request } from './transport.ts'

/** `client.roles`: what members and tokens may do, with which action, under which condition. */
export function roleCalls(request: Request) {
  return {
    /** The four built-in ones from the least to the most, then the others by name. */
    list: async () => (await request(RolesDocument, {})).roles,
    /** Null when there is none. */
    get: async (id: string) => (await request(RoleDocument, { id })).role,
    create: async (input: CreateRoleInput) => (await request(CreateRoleDocument, { input })).createRole,
    /** Changes what is given and leaves the rest; whoever has it has its new rights at once. */
    update: async (id: string, input: UpdateRoleInput) => (await request(UpdateRoleDocument, { id, input })).updateRole,
    /** Refused while someone has it. Gives the id. */
    delete: async (id: string) => (await request(DeleteRoleDocument, { id })).deleteRole,
    /** What each role may do with the action; null when there is no such action. */
    ofAction: async (id: string) => (await request(ActionPermissionsDocument, { id })).action?.permissions ?? null,
    /** Without `actionId`: for every action that has no permission of its own for the role. */
    setPermission: async (input: SetPermissionInput) => (await request(SetPermissionDocument, { input })).setPermission,
    /** Back to what holds in general: for the action, or (without one) to what is built in. */
    clearPermission: async (roleId: string, actionId?: string) =>
      (await request(ClearPermissionDocument, { roleId, actionId })).clearPermission,
    /** What a condition comes to on the newest runs, or where it is wrong. Nothing is changed. */
    tryCondition: async (condition: string, options: { actionId?: string; last?: number } = {}) =>
      (await request(TryConditionDocument, { condition, ...options })).tryCondition,
    /** What a policy would have said of the newest runs. Nothing is changed. */
    dryRun: async (input: PolicyDryRunInput) => (await request(PolicyDryRunDocument, { input })).policyDryRun,
  }
}
