import type { JSX } from 'solid-js'
import { createSignal, createUniqueId, For, Show } from 'solid-js'
import { browserZone } from '../../format.ts'
import type { Wiring } from '../../ui/field.tsx'
import { Input } from '../../ui/field.tsx'
import { allZones, matchZones, zoneOffset } from './zones.ts'

/** More than fit on a screen are of no use: another letter narrows them down. */
const SHOWN = 40

/** A time zone by typing a part of its name. Arrows move, Enter takes, Escape leaves it as it was. */
export function ZonePicker(props: { wiring: Wiring; value: string; onPick: (zone: string) => void }): JSX.Element {
  const zones = allZones(browserZone())
  const listId = createUniqueId()
  const [query, setQuery] = createSignal<string>()
  const [at, setAt] = createSignal(0)
  const open = () => query() !== undefined
  const found = () => matchZones(zones, query() ?? '', SHOWN)
  const close = () => {
    setQuery(undefined)
    setAt(0)
  }
  const pick = (zone: string | undefined) => {
    if (zone) props.onPick(zone)
    close()
  }
  const move = (by: number) => {
    const next = Math.min(Math.max(at() + by, 0), found().length - 1)
    setAt(next)
    document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (open()) move(event.key === 'ArrowDown' ? 1 : -1)
      else setQuery('')
    } else if (event.key === 'Enter' && open()) {
      event.preventDefault()
      pick(found()[at()])
    } else if (event.key === 'Escape' && open()) {
      event.preventDefault()
      close()
    }
  }
  return (
    <div class="zone">
      <Input
        {...props.wiring}
        role="combobox"
        aria-expanded={open()}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open() ? `${listId}-${at()}` : undefined}
        value={query() ?? props.value}
        placeholder={props.value}
        onFocus={(event) => event.currentTarget.select()}
        onClick={() => setQuery((text) => text ?? '')}
        onInput={(event) => {
          setQuery(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
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
                  {zone === browserZone() ? 'yours · ' : ''}
                  {zoneOffset(zone, Date.now())}
                </span>
              </div>
            )}
          </For>
        </div>
      </Show>
    </div>
  )
}
