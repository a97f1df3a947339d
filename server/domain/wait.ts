import { parseWhole } from './text.ts'

const WAIT_SECONDS_MAX = 120

/**
 * How long a caller wants to wait for the end of the run it asks for, ms: 0 to 120 s, none when absent.
 * @throws DocketError BAD_USER_INPUT on `waitSeconds`
 */
export const parseWait = (waitSeconds: number | null | undefined): number =>
  parseWhole(waitSeconds ?? 0, 'waitSeconds', 0, WAIT_SECONDS_MAX) * 1000
