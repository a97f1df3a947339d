/** Where a condition is wrong; both count from 1. */
export interface ConditionMistake {
  message: string
  line: number
  column: number
}

/** The line at fault with a mark below the place, as compilers show it. */
export function markedLine(condition: string, { line, column }: ConditionMistake): string {
  const text = condition.split('\n')[line - 1] ?? ''
  // A tab is as wide as the text above it makes it.
  const before = [...text.slice(0, Math.max(0, column - 1))].map((char) => (char === '\t' ? '\t' : ' ')).join('')
  return `${text}\n${before}^`
}
