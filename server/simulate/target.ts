import { classify, type Verdict } from '../delivery/classify.ts'
import type { Chance } from './chance.ts'

/** How the far end behaves. */
export interface TargetModel {
  /** Shortest and longest time to an answer, in ms; each attempt takes some time between them. */
  durationMs: readonly [least: number, most: number]
  /** Part of the attempts that are answered with 503, from 0 to 1. */
  failureRate: number
}

export const DEFAULT_TARGET: TargetModel = { durationMs: [200, 200], failureRate: 0 }

/** One attempt as the target will answer it. */
export interface Answer {
  durationMs: number
  /** What the delivery sees, in the form it judges. */
  kind: 'SUCCESS' | 'FAILURE' | 'TIMEOUT'
}

/** An attempt that takes as long as its time limit ends there, as a failure. */
export function answerOf(model: TargetModel, timeoutSeconds: number, chance: Chance, scheduledFor: number, attempt: number): Answer {
  const [least, most] = model.durationMs
  const durationMs = least === most ? least : Math.round(least + (most - least) * chance(scheduledFor, attempt, 'DURATION'))
  if (durationMs >= timeoutSeconds * 1_000) return { durationMs: timeoutSeconds * 1_000, kind: 'TIMEOUT' }
  const fails = model.failureRate > 0 && chance(scheduledFor, attempt, 'FAILURE') < model.failureRate
  return { durationMs, kind: fails ? 'FAILURE' : 'SUCCESS' }
}

const response = (code: number) => ({ code, headers: {}, body: '', truncated: false })
const TIMEOUT = Object.assign(new Error('time limit'), { code: 'TIMEOUT' })

type Context = Parameters<typeof classify>[1]
type Judgement = Pick<Verdict, 'status' | 'errorCode' | 'retryAt'>

/** The judgement of the real delivery on that answer: the same rules for retries, backoff and jitter. */
export function judge(kind: Answer['kind'], context: Context): Judgement {
  if (kind === 'TIMEOUT') return classify({ left: true, response: undefined, failure: TIMEOUT }, context)
  return classify({ left: true, response: response(kind === 'SUCCESS' ? 200 : 503), failure: undefined }, context)
}
