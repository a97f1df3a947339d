/**
 * How much later than its nominal time each run of this action starts, in ms: the same for all its runs and after every
 * restart, from 0 to below `spreadSeconds`.
 */
export function spreadOf(actionId: string, spreadSeconds: number): number {
  return spreadSeconds === 0 ? 0 : hash(actionId) % (spreadSeconds * 1000)
}

/** FNV-1a with the finaliser of MurmurHash3, since ids made at one time differ in their last characters only. 32 bits. */
function hash(text: string): number {
  let bits = 0x811c9dc5
  for (let index = 0; index < text.length; index++) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
