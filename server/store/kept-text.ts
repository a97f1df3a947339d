import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode, StartRefused } from './starting.ts'

/**
 * A line of text, such as a secret, that is made once and kept in a file only its owner can read (mode 0600).
 * The file appears whole or not at all, and of two simultaneous first starts both get the same text.
 *
 * @param make called only when the file does not exist
 * @returns the text, and whether it was made by this call
 * @throws StartRefused when the file cannot be read or written, or is empty
 */
export function keptText(path: string, make: () => string): { text: string; made: boolean } {
  try {
    const kept = read(path)
    if (kept !== undefined) return { text: kept, made: false }
    const draft = `${path}.${process.pid}`
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(draft, `${make()}\n`, { mode: 0o600 })
    try {
      linkSync(draft, path)
      return { text: read(path)!, made: true }
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      return { text: read(path)!, made: false }
    } finally {
      rmSync(draft, { force: true })
    }
  } catch (error) {
    if (error instanceof StartRefused) throw error
    throw new StartRefused(`${path} cannot be read or written: ${(error as Error).message}.`)
  }
}

function read(path: string): string | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  if (text === '') throw new StartRefused(`${path} is empty. Bring its content back, or delete the file to have it made anew.`)
  return text
}
