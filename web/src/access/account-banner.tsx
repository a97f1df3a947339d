import { useLocation } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Banner } from '../ui/banner.tsx'
import { LinkButton } from '../ui/button.tsx'
import { viewer } from './viewer.ts'

/** Says to whoever came by the printed link that they could come back without one. */
export function AccountBanner(): JSX.Element {
  const location = useLocation()
  return (
    <Show when={viewer()?.needsPassword && location.pathname !== '/account'}>
      <Banner
        icon="person"
        action={
          <LinkButton small href="/account">
            Set up my account
          </LinkButton>
        }
      >
        <b>Welcome.</b> Give your account an e-mail address and a password, so that you can sign in without the printed link.
      </Banner>
    </Show>
  )
}
