import { DocketError } from '../domain/errors.ts'

/** One item of a batch: what it made, or why it was refused. */
export type ItemResult = { id: string } | { error: DocketError }

/** What one transaction and one answer hold without harm. */
const BATCH_ITEMS = 1_000

/** @throws DocketError BAD_USER_INPUT on `inputs` when there are more than 1,000 */
export function checkBatchSize(inputs: readonly unknown[]): void {
  if (inputs.length > BATCH_ITEMS) {
    throw new DocketError('BAD_USER_INPUT', `At most ${BATCH_ITEMS.toLocaleString('en-US')} inputs are taken at once.`, 'inputs')
  }
}

/** What `work` gives, or the refusal it throws. Defects are thrown on. */
export function orRefusal<T>(work: () => T): T | DocketError {
  try {
    return work()
  } catch (error) {
    if (error instanceof DocketError) return error
    throw error
  }
}

/** What `work` gives for each item in turn, or the refusal it throws. Defects are thrown on. */
export async function refusalsOf<I, T>(items: readonly I[], work: (item: I) => Promise<T>): Promise<(T | DocketError)[]> {
  const results: (T | DocketError)[] = []
  for (const item of items) {
    try {
      results.push(await work(item))
    } catch (error) {
      if (!(error instanceof DocketError)) throw error
      results.push(error)
    }
  }
  return results
}

/** The items that were not refused, in their order. */
export const acceptedOf = <T>(items: readonly (T | DocketError)[]): T[] =>
  items.filter((item): item is Exclude<typeof item, DocketError> => !(item instanceof DocketError)) as T[]

/** Does `work` with the items that were not refused and gives a result for each item, in their order. */
export async function withRefusals<T>(
  items: readonly (T | DocketError)[],
  work: (accepted: T[]) => Promise<ItemResult[]>,
): Promise<ItemResult[]> {
  const accepted = acceptedOf(items)
  const results = (accepted.length > 0 ? await work(accepted) : []).values()
  return items.map((item) => (item instanceof DocketError ? { error: item } : results.next().value!))
}
