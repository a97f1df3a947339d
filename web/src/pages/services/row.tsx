import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { BreakerTag } from '../../delivery/breaker-tag.tsx'
import { limitWords } from '../../delivery/limit-words.ts'
import { Cell } from '../../ui/list.tsx'
import type { ServiceRow } from './page.state.ts'

export function ServiceListRow(props: { row: ServiceRow }): JSX.Element {
  const row = () => props.row
  return (
    <li class="row" data-service={row().id}>
      <Cell name="Service" bare>
        <A href={`/services/${row().id}`} class="whole-link row__title clip">
          {row().name}
        </A>
        <span class="quiet small mono clip">{row().baseUrl}</span>
      </Cell>
      <Cell name="Actions">
        <span class="soft nums">{row().actionCount.toLocaleString('en-GB')}</span>
      </Cell>
      <Cell name="Circuit">
        <BreakerTag state={row().breaker.state} enabled={row().breaker.enabled} />
      </Cell>
      <Cell name="Limits">
        <span class={limitWords(row().limit) ? 'soft' : 'quiet'}>{limitWords(row().limit) ?? 'none'}</span>
      </Cell>
      <Cell name="Under way" class={row().limit ? '' : 'cell--empty'}>
        <span class={row().limit ? 'soft nums' : 'quiet'}>{row().limit?.running ?? '–'}</span>
      </Cell>
    </li>
  )
}
