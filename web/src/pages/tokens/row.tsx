import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { TokenViewFragment } from '../../../../sdk/generated/operations.ts'
import { CAPABILITY_WORDS } from '../../access/role-words.ts'
import { Button } from '../../ui/button.tsx'
import { Cell } from '../../ui/list.tsx'
import { Tag } from '../../ui/status.tsx'
import { Exact, Relative } from '../../ui/time.tsx'

export function TokenRow(props: { token: TokenViewFragment; revoke: () => void }): JSX.Element {
  const token = () => props.token
  return (
    <li class="row" classList={{ 'row--faded': token().revokedAt !== null }}>
      <Cell name="Name" bare>
        <span class="cluster">
          <span class="row__title wrap-anywhere">{token().name}</span>
          <Show when={token().agent}>
            <Tag tone="plum">Agent</Tag>
          </Show>
        </span>
        <span class="quiet small">
          made <Exact at={token().createdAt} />
          <Show when={token().createdBy}>{(by) => ` by ${by().name}`}</Show>
        </span>
      </Cell>
      <Cell name="Rights">
        {token().role.name}
        <Show when={token().scopes}>{(scopes) => <span class="soft"> · {scopesWords(scopes())}</span>}</Show>
        <Show when={token().onBehalfOf}>{(person) => <div class="quiet small">for {person().name}</div>}</Show>
      </Cell>
      <Cell name="Last used">
        <Show when={token().lastUsedAt} fallback={<span class="quiet">never</span>}>
          {(at) => <Relative at={at()} />}
        </Show>
      </Cell>
      <Cell name="Expires">
        <Show when={token().expiresAt} fallback={<span class="quiet">never</span>}>
          {(at) => <Exact at={at()} />}
        </Show>
      </Cell>
      <div class="row__buttons">
        <Show when={!token().revokedAt} fallback={<Tag tone="bad">Revoked</Tag>}>
          <Button look="ghost" small aria-label={`Revoke ${token().name}`} onClick={() => props.revoke()}>
            Revoke
          </Button>
        </Show>
      </div>
    </li>
  )
}

const scopesWords = (scopes: NonNullable<TokenViewFragment['scopes']>): string =>
  scopes.length === 0 ? 'nothing' : `${scopes.map((scope) => CAPABILITY_WORDS[scope].name.toLowerCase()).join(', ')} only`
