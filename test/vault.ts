import { createVault } from '../server/store/vault.ts'

/** SECRET_KEY of what tests seal and open. */
export const TEST_SECRET_KEY = 'a key that only the tests know, of 32 characters or more'

export const testVault = () => createVault({ secretKey: TEST_SECRET_KEY })
