import { createEffect, on } from 'solid-js'
import { printing } from '../../ui/printing.ts'

/** Whatever is closed inside `within` is open while it is printed. */
export function openForPrint(within: () => HTMLElement): void {
  let opened: HTMLDetailsElement[] = []
  createEffect(
    on(
      printing,
      (now) => {
        if (now) opened = [...within().querySelectorAll<HTMLDetailsElement>('details:not([open])')]
        for (const details of opened) details.open = now
      },
      { defer: true },
    ),
  )
}
