/** Why a text is no JSON, with the place where that shows; undefined when it is JSON. */
export function jsonMistake(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const place = /position (\d+)/.exec(message)?.[1]
    if (place === undefined) return /end of JSON/.test(message) ? 'This JSON is not finished.' : `This is not JSON: ${clean(message)}`
    const before = text.slice(0, Number(place)).split('\n')
    return `This is not JSON at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`
  }
}

const clean = (message: string): string => message.replace(/,? "?.*is not valid JSON$/, '.').replace(/^JSON\.parse: /, '')
