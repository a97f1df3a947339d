import type { JSX } from 'solid-js'
import { createMemo, createSignal, createUniqueId, For, Show } from 'solid-js'
import type { Wiring } from '../ui/field.tsx'
import { Input } from '../ui/field.tsx'
import { createZones } from './known-zones.ts'
import './zone-picker.css'
import { matchZones, zoneOffset } from './zones.ts'

/** More than fit on a screen are of no use: another letter narrows them down. */
const SHOWN = 40
const PAGE = 8

/** A time zone by typing a part of its name or its offset. Arrows and Page keys move, Enter takes, Escape leaves it as it was. */
export function ZonePicker(props: { wiring: Wiring; value: string; onPick: (zone: string) => void }): JSX.Element {
  const known = createZones()
  const listId = createUniqueId()
  const [query, setQuery] = createSignal<string>()
  const [at, setAt] = createSignal(0)
  const open = () => query() !== undefined
  const found = createMemo(() => (open() ? matchZones(known.zones(), query() ?? '', SHOWN, Date.now()) : []))
  const show = () => {
    setQuery((text) => text ?? '')
    // What could not be loaded before may be there by now.
    void known.reload()
  }
  const close = () => {
    setQuery(undefined)
    setAt(0)
  }
  const pick = (zone: string | undefined) => {
    if (zone) props.onPick(zone)
    close()
  }
  const moveTo = (place: number) => {
    const next = Math.max(0, Math.min(place, found().length - 1))
    setAt(next)
    document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = open() ? PLACES[event.key]?.(at()) : undefined
    if (to !== undefined) moveTo(to)
    else if (!open() && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) show()
    else if (event.key === 'Enter' && open()) pick(found()[at()])
    else if (event.key === 'Escape' && open()) close()
    else return
    event.preventDefault()
  }
  return (
    <div class="zone">
      <Input
        {...props.wiring}
        role="combobox"
        aria-expanded={open()}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open() && found().length > 0 ? `${listId}-${at()}` : undefined}
        value={query() ?? props.value}
        placeholder={props.value}
        onFocus={(event) => event.currentTarget.select()}
        onClick={show}
        onInput={(event) => {
          setQuery(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <span class="sr-only" role="status">
        {open() ? `${found().length === SHOWN ? `More than ${SHOWN - 1}` : found().length} zones found` : ''}
      </span>
      <Show when={open()}>
        <div class="zone__list" id={listId} role="listbox" tabindex="-1" aria-label="Time zones">
          <For each={found()} fallback={<p class="quiet zone__none">No zone has this in its name.</p>}>
            {(zone, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the input keeps the focus and handles the keys
              // biome-ignore lint/a11y/useFocusableInteractive: likewise, by aria-activedescendant
              <div
                id={`${listId}-${index()}`}
                role="option"
                tabindex="-1"
                aria-selected={index() === at()}
                class="zone__option"
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => pick(zone)}
              >
                <span class="clip">{zone.replaceAll('_', ' ')}</span>
                <span class="quiet small nums">
                  {zone === known.zones()[0]?.name ? 'yours · ' : ''}
                  {zoneOffset(zone, Date.now())}
                </span>
              </div>
            )}
          </For>
          <Show when={known.failure()}>
            {(failure) => <p class="zone__none tone--bad">The other zones could not be loaded. {failure().message}</p>}
          </Show>
        </div>
      </Show>
    </div>
  )
}

/** Where a key leads from a place in the list; Home and End stay with the text. */
const PLACES: Readonly<Record<string, (at: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at) => at + PAGE,
  PageUp: (at) => at - PAGE,
}
