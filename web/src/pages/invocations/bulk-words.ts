/** The server counts no further. */
const COUNT_MOST = 100_000

/** `1,234 invocations match`; `100,000 or more` where the server stopped counting. */
export function countWords(count: number, filtered: boolean): string {
  const number = count >= COUNT_MOST ? `${COUNT_MOST.toLocaleString('en-GB')} or more` : count.toLocaleString('en-GB')
  const one = count === 1
  return `${number} ${one ? 'invocation' : 'invocations'}${filtered ? (one ? ' matches' : ' match') : ''}`
}
