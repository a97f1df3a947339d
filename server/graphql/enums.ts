import * as stored from '../store/generated/prisma/enums.ts'
import { builder } from './builder.ts'

export const ActionKind = builder.enumType(stored.ActionKind, { name: 'ActionKind' })
export const ActorKind = builder.enumType(stored.ActorKind, { name: 'ActorKind' })
export const ErrorSource = builder.enumType(stored.ErrorSource, { name: 'ErrorSource' })
export const HttpMethod = builder.enumType(stored.HttpMethod, { name: 'HttpMethod' })
export const InvocationStatus = builder.enumType(stored.InvocationStatus, { name: 'InvocationStatus' })
export const StatusReason = builder.enumType(stored.StatusReason, { name: 'StatusReason' })
export const Trigger = builder.enumType(stored.Trigger, { name: 'Trigger' })
export const ActionOperation = builder.enumType('ActionOperation', {
  values: ['DELETE', 'INVOKE_NOW', 'PAUSE', 'RESUME', 'UPDATE'] as const,
})
export const InvocationOperation = builder.enumType('InvocationOperation', {
  values: ['APPROVE', 'CANCEL', 'REJECT', 'RETRY'] as const,
})
