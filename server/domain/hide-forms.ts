import { MASK, SECRET_CHARACTERS } from './mask.ts'

/** Texts to be found, by their first four characters. */
export interface FormIndex {
  /** 1 where a text may begin whose four characters have this hash. */
  heads: Uint8Array
  /** Longest first. */
  byHead: ReadonlyMap<number, readonly string[]>
}

/** `forms`: of at least 4 characters each. */
export function indexForms(forms: Iterable<string>): FormIndex {
  const heads = new Uint8Array(HASHES)
  const byHead = new Map<number, string[]>()
  for (const form of forms) {
    let hash = 0
    for (let at = 0; at < SECRET_CHARACTERS; at++) hash = nextHash(hash, form.charCodeAt(at))
    heads[hash] = 1
    const list = byHead.get(hash)
    if (list) list.push(form)
    else byHead.set(hash, [form])
  }
  for (const list of byHead.values()) list.sort((a, b) => b.length - a.length)
  return { heads, byHead }
}

/**
 * The text without any of the forms. `cut`: it is the beginning of a longer one, so the beginning of a form at its end goes too, from 4
 * characters on.
 */
export function hideForms(text: string, index: FormIndex, cut = false): string {
  let hidden = ''
  let kept = 0
  let from = 0
  let to = 0
  findForms(text, index, cut, (_, at, end) => {
    if (at >= to) {
      if (to > 0) hidden += text.slice(kept, from) + MASK
      kept = to
      from = at
    }
    to = end
  })
  return to === 0 ? text : hidden + text.slice(kept, from) + MASK + text.slice(to)
}

/** The forms that the text holds. */
export function formsIn(text: string, index: FormIndex, cut: boolean): Set<string> {
  const found = new Set<string>()
  findForms(text, index, cut, (form) => void found.add(form), true)
  return found
}

type OnFound = (form: string, at: number, end: number) => void

/**
 * One pass over the text, whatever the number of forms. Tells the longest form at each place that goes beyond those before it; with `all`
 * every form at every place. Texts made to be compared at length are not: past the limit a form counts as found by its first characters.
 */
function findForms(text: string, { heads, byHead }: FormIndex, cut: boolean, found: OnFound, all = false) {
  let compared = 0
  let hash = 0
  let covered = 0
  for (let last = 0; last < text.length; last++) {
    hash = nextHash(hash, text.charCodeAt(last))
    if (heads[hash] === 0 || last < SECRET_CHARACTERS - 1) continue
    const at = last - SECRET_CHARACTERS + 1
    for (const form of byHead.get(hash)!) {
      const end = Math.min(at + form.length, text.length)
      if (!all && end <= covered) break
      if (at + form.length > end && !cut) continue
      let same = at
      const most = compared > COMPARED ? at + SECRET_CHARACTERS : end
      while (same < most && text.charCodeAt(same) === form.charCodeAt(same - at)) same++
      compared += same - at + 1
      if (same < most) continue
      covered = end
      found(form, at, end)
      if (!all) break
    }
  }
}

/** Comparisons of characters that one text may cost: a few ms. */
const COMPARED = 1024 * 1024
/** Of four characters: older ones have been shifted out. */
const HASHES = 4096
const nextHash = (hash: number, code: number): number => ((hash << 3) ^ code) & (HASHES - 1)
