import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { Icon } from '../ui/icon.tsx'
import { Cell } from '../ui/list.tsx'
import type { Rule, Rules } from './rule-words.ts'
import { RULE_WORDS, RULES, ruleWord } from './rule-words.ts'
import './rules.css'

/** The words above the columns of `RuleCells`. */
export const RULE_COLUMNS: readonly string[] = RULES.map((name) => RULE_WORDS[name].column)

/** The four rules of a role for an action, as columns of a row. */
export function RuleCells(props: { of: Rules }): JSX.Element {
  return (
    <For each={RULES}>
      {(name) => (
        <Cell name={RULE_WORDS[name].column}>
          <RuleMark of={props.of[name]} />
        </Cell>
      )}
    </For>
  )
}

/** By shape, word and colour; a condition is told in full in the tooltip. */
function RuleMark(props: { of: Rule }): JSX.Element {
  const word = () => ruleWord(props.of)
  return (
    <span class={`rule rule--${word().toLowerCase()}`}>
      <Icon name={MARKS[word()]} size={14} />
      <span>{word()}</span>
      <Show when={word() === 'If'}>
        <code title={props.of.condition ?? undefined}>{props.of.condition}</code>
      </Show>
    </span>
  )
}

const MARKS = { Yes: 'check', If: 'right', No: 'dash' } as const
