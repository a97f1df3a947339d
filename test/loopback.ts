import { createEgressRules } from '../server/domain/egress.ts'

/** EGRESS_ALLOW of servers under test: their targets listen on this machine. */
export const LOOPBACK_ALLOW = '127.0.0.0/8,localhost'

/** The same as rules. */
export const LOOPBACK = createEgressRules(LOOPBACK_ALLOW.split(','))
