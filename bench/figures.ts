export interface Spread {
  p50: number
  p95: number
  max: number
}

/** Of durations in ms, to the tenth. */
export function spread(durations: readonly number[]): Spread {
  const sorted = [...durations].sort((a, b) => a - b)
  const at = (share: number) => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN) * 10) / 10
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}

/** A line per row; the first cell of each says what it is. */
export function printTable(title: string, rows: readonly (readonly (string | number)[])[]): void {
  console.log(`\n${title}\n`)
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => String(row[n]).length)))
  for (const [name, ...cells] of rows) {
    console.log(`  ${String(name).padEnd(widths[0]!)}  ${cells.map((cell, n) => String(cell).padStart(widths[n + 1]!)).join('  ')}`)
  }
  console.log()
}
