import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { POLICY_WORDS, policyKind, policyRules, stagesWords } from '../../approval/policy-words.ts'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import type { Action } from './page.state.ts'

/** Who has to agree before a run of an action is sent, in words; nothing where nobody has. */
export function ActionApprovalCard(props: { action: Action }): JSX.Element {
  return (
    <Show when={props.action.approval}>
      {(policy) => (
        <Card title="Approval" hint={POLICY_WORDS[policyKind(policy())].name}>
          <Facts>
            <Fact name="Who decides">{stagesWords(policy())}</Fact>
            <Fact name="Which runs">
              <Show when={policy().condition} fallback="Each one">
                {(condition) => (
                  <>
                    Those for which this is true, or cannot be told:
                    <div>
                      <code class="wrap-anywhere">{condition()}</code>
                    </div>
                  </>
                )}
              </Show>
            </Fact>
            <Fact name="Rules">
              <ul>
                <For each={policyRules(policy())}>{(rule) => <li>{rule}</li>}</For>
              </ul>
            </Fact>
          </Facts>
        </Card>
      )}
    </Show>
  )
}
