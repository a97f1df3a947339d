import type { CAPABILITIES } from '../domain/access.ts'
import { builder } from './builder.ts'

export const Capability = builder.enumType('Capability', {
  description: 'What someone may do in general. Who may run and approve which action is said by permissions besides.',
  values: {
    READ: { description: 'Look.' },
    OPERATE: { description: 'Run, send, cancel, retry, pause.' },
    MANAGE: { description: 'Change actions, services, limits, secrets, calendars.' },
    ADMINISTER: { description: 'Change members, roles, tokens, the project; read the audit.' },
  } satisfies Record<(typeof CAPABILITIES)[number], object>,
})
