import type { JSX } from 'solid-js'
import { For } from 'solid-js'
import { CopyButton } from '../ui/copy.tsx'
import './rules.css'

const NAMES = [
  ['actor', 'who asks: id, kind (USER, TOKEN, AGENT, SYSTEM), name, email, role'],
  ['record', 'what it is about: type, id'],
  ['input', 'the body of the run, as JSON'],
  ['action', 'id, key, name, kind, method, url, tags, recordType'],
] as const

const EXAMPLES = [
  ['input.amount < 1000', 'small amounts alone'],
  ['"safe" in action.tags', 'actions that are tagged so'],
  ['actor.email.endsWith("@example.com")', 'people of one company'],
  ['has(input.customer) && record.type == "customer"', 'only with what it takes'],
  ['action.method == "GET" || actor.kind == "USER"', 'programs only read'],
] as const

/** What a condition can speak of, with examples to begin from. */
export function ConditionHelp(): JSX.Element {
  return (
    <div class="stack">
      <p class="soft">
        A condition is written in CEL, the Common Expression Language, and is true or false. One that fails, because a field is missing or
        takes too long, counts against whoever asks.
      </p>
      <dl class="condition__names">
        <For each={NAMES}>
          {([name, words]) => (
            <>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>{words}</dd>
            </>
          )}
        </For>
      </dl>
      <ul aria-label="Examples of conditions">
        <For each={EXAMPLES}>
          {([example, words]) => (
            <li class="condition__example">
              <span>
                <code>{example}</code>
                <span class="quiet">{words}</span>
              </span>
              <CopyButton text={example} label={`Copy the example ${words}`} />
            </li>
          )}
        </For>
      </ul>
    </div>
  )
}
