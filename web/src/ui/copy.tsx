import type { JSX } from 'solid-js'
import { createSignal } from 'solid-js'
import { Button, IconButton } from './button.tsx'
import { toast } from './toast.tsx'

const SAID_MS = 1_800

/** Puts `text` on the clipboard and says so on the button. */
export function CopyButton(props: { text: string; label: string; words?: string; small?: boolean }): JSX.Element {
  const [copied, setCopied] = createSignal(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text)
      setCopied(true)
      setTimeout(() => setCopied(false), SAID_MS)
    } catch {
      toast('The browser did not allow copying. Select the text and copy it by hand.', { bad: true })
    }
  }
  return (
    <>
      {props.words ? (
        <Button small={props.small ?? false} icon={copied() ? 'check' : 'copy'} onClick={copy}>
          {copied() ? 'Copied' : props.words}
        </Button>
      ) : (
        <IconButton icon={copied() ? 'check' : 'copy'} label={props.label} onClick={copy} />
      )}
      <span class="sr-only" role="status">
        {copied() ? 'Copied' : ''}
      </span>
    </>
  )
}
