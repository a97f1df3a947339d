import type { GrantViewFragment } from '../../../sdk/generated/operations.ts'
import { browserZone, short } from '../format.ts'

/** How far a grant reaches: `3 of 10 runs, until Fri 21 Nov, 14:30 GMT+1`. */
export function grantWords({ used, maxRuns, expiresAt }: Pick<GrantViewFragment, 'used' | 'maxRuns' | 'expiresAt'>): string {
  const runs =
    maxRuns === null ? `${used} ${used === 1 ? 'run' : 'runs'} so far` : `${used} of ${maxRuns} ${maxRuns === 1 ? 'run' : 'runs'}`
  return expiresAt ? `${runs}, until ${short(Date.parse(expiresAt), Date.now(), browserZone())}` : runs
}
