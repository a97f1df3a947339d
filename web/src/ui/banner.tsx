import type { JSX } from 'solid-js'
import './banner.css'
import { Icon, type IconName } from './icon.tsx'

/** Says on every page what its reader should know; `warn`: that something is not as usual. */
export function Banner(props: { icon: IconName; warn?: boolean; action?: JSX.Element; children: JSX.Element }): JSX.Element {
  return (
    <div class="banner" classList={{ 'banner--warn': !!props.warn }} role="status">
      <Icon name={props.icon} />
      <p>{props.children}</p>
      {props.action}
    </div>
  )
}
