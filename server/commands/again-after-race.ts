const UNIQUE_VIOLATION = '23505'
const DEADLOCK = '40P01'
const TRIES = 3

/** Runs `work` once more when another caller stored the same key at the same moment, or both waited for each other. */
export async function againAfterRace<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || ![UNIQUE_VIOLATION, DEADLOCK].includes(codeOf(error))) throw error
    }
  }
}

export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === UNIQUE_VIOLATION

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? ''
