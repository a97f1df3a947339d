/** Enough to tell; a picture or an archive has such characters from its first bytes on. */
const CHARS_LOOKED_AT = 2_000
/** A text in another encoding than UTF-8 has a few; what is no text has many. */
const UNREADABLE_SHARE = 0.1

/** Whether what was kept as text can't have been text: much of it stands for bytes that mean nothing in UTF-8, or are control characters. */
export function looksBinary(text: string): boolean {
  const start = text.slice(0, CHARS_LOOKED_AT)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const unreadable = start.match(/[\uFFFD\u0000-\u0008\u000E-\u001A\u001C-\u001F]/g)?.length ?? 0
  return unreadable > start.length * UNREADABLE_SHARE
}
