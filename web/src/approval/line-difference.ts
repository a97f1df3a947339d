/** A line of two texts: in both, or only in the one before or after. */
export interface DiffLine {
  kind: 'same' | 'gone' | 'new'
  text: string
}

/** The search for what two texts have in common takes time and memory by the product of their lines. */
const LINES_COMPARED = 600

/** What has to go and to come, line by line, so that `before` becomes `after`; long middles count as changed as a whole. */
export function lineDifference(before: string, after: string): DiffLine[] {
  const a = before.split('\n')
  const b = after.split('\n')
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const line = (kind: DiffLine['kind']) => (text: string) => ({ kind, text })
  const middle = (lines: string[]) => lines.slice(head, lines.length - tail)
  return [...a.slice(0, head).map(line('same')), ...compare(middle(a), middle(b)), ...a.slice(a.length - tail).map(line('same'))]
}

function compare(a: string[], b: string[]): DiffLine[] {
  const whole = a.length > LINES_COMPARED || b.length > LINES_COMPARED
  const common = whole ? [] : commonLines(a, b)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  for (const [x, y] of [...common, [a.length, b.length] as const]) {
    for (; i < x; i++) lines.push({ kind: 'gone', text: a[i]! })
    for (; j < y; j++) lines.push({ kind: 'new', text: b[j]! })
    if (i < a.length && j < b.length) lines.push({ kind: 'same', text: a[i]! })
    i++
    j++
  }
  return lines
}

/** The longest row of lines that both have in the same order, as pairs of indexes. */
function commonLines(a: string[], b: string[]): [number, number][] {
  const width = b.length + 1
  const longest = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j] ? longest[(i + 1) * width + j + 1]! + 1 : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!)
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) i++
    else j++
  }
  return pairs
}
