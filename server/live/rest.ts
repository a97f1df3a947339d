/** A pause that others can end. */
export interface Rest {
  /** Ends the present pause, or the next one if there is none. */
  wake(): void
  /** Waits until it is woken, at most `ms`; in any case until `earliest` (as `performance.now()` counts). */
  until(earliest: number, ms: number): Promise<void>
}

export function createRest(): Rest {
  let woken = false
  let end: (() => void) | undefined

  return {
    wake() {
      woken = true
      end?.()
    },
    until: (earliest, ms) =>
      new Promise((resolve) => {
        const left = () => Math.max(0, earliest - performance.now())
        let timer: NodeJS.Timeout
        const finish = () => {
          clearTimeout(timer)
          end = undefined
          timer = setTimeout(() => {
            woken = false
            resolve()
          }, left())
        }
        if (woken || ms === 0) finish()
        else {
          timer = setTimeout(finish, ms)
          end = finish
        }
      }),
  }
}
