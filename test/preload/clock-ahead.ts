// As if this machine's clock were wrong: `--import` it, CLOCK_AHEAD_MS says by how much.
const ahead = Number(process.env.CLOCK_AHEAD_MS)
const now = Date.now.bind(Date)

globalThis.Date = class extends Date {
  constructor(...given: []) {
    if (given.length === 0) super(now() + ahead)
    else super(...given)
  }
  static override now = () => now() + ahead
} as DateConstructor
