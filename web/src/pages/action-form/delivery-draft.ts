import type { ActionDetailFragment, RetryInput, RetryOn } from '../../../../sdk/generated/operations.ts'

/** How it is delivered, as the controls of the form hold it. An empty text is none. */
export interface DeliveryDraft {
  retryable: boolean
  maxAttempts: string
  backoff: 'growing' | 'list'
  backoffSeconds: string
  backoffFactor: string
  maxBackoffSeconds: string
  /** As typed: `10 s, 1 min, 1 h`. */
  delays: string
  /** Per cent. */
  jitter: string
  retryOn: RetryOn[]
  timeoutSeconds: string
  callbackUrl: string
  concurrencyKey: string
}

export const RETRY_ON_WORDS: Readonly<Record<RetryOn, { name: string; words: string }>> = {
  NETWORK: { name: 'No connection', words: 'Refused, cut off, or not HTTP' },
  TIMEOUT: { name: 'Timeout', words: 'No whole answer in time' },
  HTTP_5XX: { name: '5xx', words: 'The target failed; also 408, 425 and 429' },
  HTTP_4XX: { name: '4xx', words: 'The target refused the request' },
  HTTP_3XX: { name: '3xx', words: 'A redirect, which is never followed' },
}

export const RETRY_ON = Object.keys(RETRY_ON_WORDS) as RetryOn[]

/** As the server has it when nobody says. */
export const EMPTY_DELIVERY: DeliveryDraft = {
  retryable: true,
  maxAttempts: '3',
  backoff: 'growing',
  backoffSeconds: '20',
  backoffFactor: '2',
  maxBackoffSeconds: '3600',
  delays: '20 s, 1 min, 5 min',
  jitter: '20',
  retryOn: RETRY_ON,
  timeoutSeconds: '30',
  callbackUrl: '',
  concurrencyKey: '',
}

type Delivered = Pick<ActionDetailFragment, 'retryable' | 'maxAttempts' | 'retry' | 'timeoutSeconds' | 'callbackUrl' | 'concurrencyKey'>

/** The controls for an action that is there already. */
export function deliveryDraftOf(action: Delivered): DeliveryDraft {
  const { retry } = action
  return {
    retryable: action.retryable,
    maxAttempts: action.retryable ? String(action.maxAttempts) : EMPTY_DELIVERY.maxAttempts,
    backoff: retry.delaysSeconds ? 'list' : 'growing',
    backoffSeconds: String(retry.backoffSeconds),
    backoffFactor: String(retry.backoffFactor),
    maxBackoffSeconds: String(retry.maxBackoffSeconds),
    delays: retry.delaysSeconds?.map(delayText).join(', ') ?? EMPTY_DELIVERY.delays,
    jitter: String(Math.round(retry.jitter * 1000) / 10),
    retryOn: RETRY_ON.filter((kind) => retry.retryOn.includes(kind)),
    timeoutSeconds: String(action.timeoutSeconds),
    callbackUrl: action.callbackUrl ?? '',
    concurrencyKey: action.concurrencyKey ?? '',
  }
}

/** As the API takes it, with nothing in it that stands at its default. */
export const deliveryInput = (draft: DeliveryDraft) => ({
  timeoutSeconds: number(draft.timeoutSeconds),
  retryable: draft.retryable,
  retry: draft.retryable ? retryInput(draft) : null,
  callbackUrl: draft.callbackUrl.trim() || null,
  concurrencyKey: draft.concurrencyKey.trim() || null,
})

function retryInput(draft: DeliveryDraft): RetryInput {
  const growing = draft.backoff === 'growing'
  const set = (name: 'backoffSeconds' | 'backoffFactor' | 'maxBackoffSeconds') =>
    growing && draft[name] !== EMPTY_DELIVERY[name] ? { [name]: number(draft[name]) } : {}
  return {
    maxAttempts: number(draft.maxAttempts),
    ...set('backoffSeconds'),
    ...set('backoffFactor'),
    ...set('maxBackoffSeconds'),
    ...(growing ? {} : { delaysSeconds: delaysOf(draft.delays) ?? [] }),
    ...(draft.jitter === EMPTY_DELIVERY.jitter ? {} : { jitter: number(draft.jitter) / 100 }),
    ...(draft.retryOn.length === RETRY_ON.length ? {} : { retryOn: draft.retryOn }),
  }
}

/** Seconds of each delay in `10 s, 1 min, 1 h`; a number alone is seconds. Undefined when one is none. */
export function delaysOf(text: string): number[] | undefined {
  const delays = text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [, count, unit = 's'] = /^(\d+)\s*(s|sec|m|min|h)?$/i.exec(part) ?? []
      return count === undefined ? Number.NaN : Number(count) * (UNIT_S[unit[0]?.toLowerCase() ?? 's'] ?? 1)
    })
  return delays.length > 0 && delays.every(Number.isFinite) ? delays : undefined
}

/**
 * Seconds before each of the first `most` retries, without jitter; undefined when what is typed is no plan. Shorter when there are fewer.
 */
export function pausesOf(draft: DeliveryDraft, most: number): number[] | undefined {
  const attempts = number(draft.maxAttempts)
  const count = Math.min(most, attempts - 1)
  if (!draft.retryable || !(attempts >= 1)) return undefined
  if (draft.backoff === 'list') {
    const delays = delaysOf(draft.delays)
    return delays && Array.from({ length: count }, (_, index) => delays[index] ?? delays.at(-1)!)
  }
  const [first, factor, longest] = [number(draft.backoffSeconds), number(draft.backoffFactor), number(draft.maxBackoffSeconds)]
  if (!(first > 0 && factor >= 1 && longest > 0)) return undefined
  return Array.from({ length: count }, (_, index) => Math.min(longest, first * factor ** index))
}

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 }

/** 90 as `90 s`, 300 as `5 min`. */
function delayText(seconds: number): string {
  if (seconds > 0 && seconds % 3_600 === 0) return `${seconds / 3_600} h`
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}

/** As typed; anything else as −1, which the server refuses with a sentence at the right field. */
const number = (text: string): number => (/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : -1)
