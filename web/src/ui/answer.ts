import { createSignal } from 'solid-js'

/** What is written into a field, and what is wrong with it, which goes when it is written anew. */
export function createAnswer<Mistake>(first = '') {
  const [text, setText] = createSignal(first)
  const [mistake, setMistake] = createSignal<Mistake>()
  return {
    text,
    mistake,
    refuse: (why: Mistake) => void setMistake(() => why),
    change: (text: string) => {
      setText(text)
      setMistake(undefined)
    },
  }
}
