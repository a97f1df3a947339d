import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { browserZone } from '../../format.ts'
import { instantIn, localIn } from '../../schedule/local-time.ts'
import { Input, Select } from '../../ui/field.tsx'
import { SPANS } from './filter.ts'

const OPTIONS = [
  ['', 'Any time'] as const,
  ...Object.entries(SPANS).map(([key, { name }]) => [key, name] as const),
  ['between', 'Between …'] as const,
]

/** A filter that lives in the address, as far as times go. */
interface Timed {
  search: () => { since?: string; from?: string; to?: string }
  set: (part: { since?: string | undefined; from?: string | undefined; to?: string | undefined }) => void
}

/** How far back, or between which two times of the browser's zone. */
export function TimeFilter(props: { state: Timed }): JSX.Element {
  const search = () => props.state.search()
  const [asked, setAsked] = createSignal(false)
  const between = () => !search().since && (asked() || search().from !== undefined || search().to !== undefined)
  const pick = (value: string) => {
    setAsked(value === 'between')
    props.state.set({ since: value === 'between' ? undefined : value, from: undefined, to: undefined })
  }
  const local = (at: string | undefined) => (at && !Number.isNaN(Date.parse(at)) ? localIn(browserZone(), Date.parse(at)) : '')
  const instant = (text: string) => {
    const found = instantIn(browserZone(), text)
    return found && new Date(found.at).toISOString()
  }
  return (
    <>
      <Select
        aria-label="Time"
        value={between() ? 'between' : (search().since ?? '')}
        options={OPTIONS}
        onChange={(event) => pick(event.currentTarget.value)}
      />
      <Show when={between()}>
        <Input
          type="datetime-local"
          aria-label="From"
          value={local(search().from)}
          onChange={(event) => props.state.set({ from: instant(event.currentTarget.value) })}
        />
        <Input
          type="datetime-local"
          aria-label="To"
          value={local(search().to)}
          onChange={(event) => props.state.set({ to: instant(event.currentTarget.value) })}
        />
      </Show>
    </>
  )
}
