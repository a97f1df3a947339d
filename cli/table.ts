export interface Column<Row> {
  title: string
  /** Numbers stand to the right. */
  right?: boolean
  cell(row: Row): string
}

/** Rows under their titles, in columns as wide as their widest cell. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row)))]
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)))
  const pad = (text: string, i: number) => (columns[i]!.right ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}
