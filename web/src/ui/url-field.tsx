import type { ComponentProps, JSX } from 'solid-js'
import { TextField } from './text-field.tsx'

/** A line of text that is an address. */
export function UrlField(props: Omit<ComponentProps<typeof TextField>, 'mono' | 'type' | 'inputmode'>): JSX.Element {
  return <TextField {...props} mono type="url" inputmode="url" />
}
