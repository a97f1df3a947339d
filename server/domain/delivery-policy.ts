import type { DeliveryInput } from './action-input.ts'
import type { EgressRules } from './egress.ts'
import { parseOptionalText } from './text.ts'
import { parseUrl } from './url.ts'

export const KEY_CHARACTERS = 200

/** What concerns an action's deliveries beside the request itself. */
export interface DeliveryPolicy {
  callbackUrl: string | null
  concurrencyKey: string | null
}

const NONE: DeliveryPolicy = { callbackUrl: null, concurrencyKey: null }

/**
 * An absent field stays as in `before`; null removes it.
 * @throws DocketError the codes of parseUrl on `callbackUrl`; BAD_USER_INPUT on `concurrencyKey`
 */
export function parseDelivery(input: DeliveryInput, egress?: EgressRules, before: DeliveryPolicy = NONE): DeliveryPolicy {
  const { callbackUrl, concurrencyKey } = input
  return {
    callbackUrl:
      callbackUrl === undefined ? before.callbackUrl : callbackUrl === null ? null : parseUrl(callbackUrl, 'callbackUrl', egress).href,
    concurrencyKey:
      concurrencyKey === undefined ? before.concurrencyKey : parseOptionalText(concurrencyKey, 'concurrencyKey', KEY_CHARACTERS),
  }
}
