import { DocketError } from './errors.ts'

/** What PostgreSQL and UTF-8 can hold: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/**
 * A line of text someone typed: trimmed, 1 to `max` characters (code points).
 * @throws DocketError BAD_USER_INPUT on `field`
 */
export function parseText(value: unknown, field: string, max: number): string {
  if (typeof value !== 'string') throw new DocketError('BAD_USER_INPUT', `${field} must be a text.`, field)
  if (!isStorable(value)) {
    throw new DocketError('BAD_USER_INPUT', `${field} must be valid Unicode without the character NUL.`, field)
  }
  const text = value.trim()
  // Code points are counted only where UTF-16 units leave a doubt.
  if (text === '' || (text.length > max && (text.length > 2 * max || [...text].length > max))) {
    throw new DocketError('BAD_USER_INPUT', `${field} must have 1 to ${max} characters.`, field)
  }
  return text
}

/** As parseText; null for an absent value. */
export const parseOptionalText = (value: string | null | undefined, field: string, max: number): string | null =>
  value == null ? null : parseText(value, field, max)

const NOTE_CHARACTERS = 1_000

/** Why someone pauses or resumes: up to 1,000 characters; blank counts as none. */
export const parseNote = (note: string | null | undefined): string | null =>
  note?.trim() ? parseText(note, 'note', NOTE_CHARACTERS) : null

/**
 * A whole number from `min` to `max`.
 * @throws DocketError BAD_USER_INPUT on `field`
 */
export function parseWhole(value: unknown, field: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new DocketError('BAD_USER_INPUT', `${field} must be a whole number from ${min} to ${max}.`, field)
  }
  return value
}
