import type { JSX } from 'solid-js'
import { createMemo, For, Match, Show, Switch } from 'solid-js'
import { ConditionField } from '../../access/condition-field.tsx'
import type { RuleName } from '../../access/rule-words.ts'
import { RULE_WORDS, RULES } from '../../access/rule-words.ts'
import { may } from '../../access/viewer.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorFace, SkeletonRows } from '../../ui/faces.tsx'
import { Field, Select, Toggle } from '../../ui/field.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { optionsOf } from '../../ui/options.ts'
import { Refused } from '../../ui/refused.tsx'
import { submitting } from '../../ui/submitting.ts'
import { toast } from '../../ui/toast.tsx'
import './page.css'
import type { RoleState } from './page.state.ts'

/** The four rules of a role, for every action or for one. Who may not change them reads them. */
export function RulesForm(props: { state: RoleState; actionId: string | null; choose: (actionId: string) => void }): JSX.Element {
  const state = props.state
  const held = createMemo(() => {
    const id = props.actionId
    return id ? { id, name: state.ofAction.data()?.name ?? id } : null
  })
  const save = async () => {
    if (await state.save()) toast('It holds from now on. What waits to be sent is judged again.')
  }
  const clear = async () => {
    if (await state.clear()) toast(props.actionId ? 'The action goes by the default again.' : 'The role goes by what is built in again.')
  }
  return (
    <Card title="Permissions">
      <form class="stack stack--loose" novalidate onSubmit={submitting(save)}>
        <Field label="For" hint={props.actionId ? 'What is said here holds instead of the default.' : 'New actions begin with this.'}>
          {(wiring) => (
            <Select
              {...wiring}
              value={props.actionId ?? ''}
              options={[['', 'Every action that says nothing else'], ...optionsOf(state.names.rows, held())]}
              onChange={(event) => props.choose(event.currentTarget.value)}
            />
          )}
        </Field>
        <LoadFailure what="The list of actions" of={state.names} />
        <Switch fallback={<SkeletonRows count={4} />}>
          <Match when={state.present()}>
            {(present) => (
              <>
                <fieldset class="rules" disabled={!may('ADMINISTER')}>
                  <legend class="sr-only">Rules</legend>
                  <For each={RULES}>{(name) => <RuleFields state={state} name={name} actionId={props.actionId} />}</For>
                </fieldset>
                <Refused failure={state.failure()} fields={RULES.map((name) => `${name}.condition`)} />
                <Show when={may('ADMINISTER')} fallback={<p class="soft small">Only an administrator changes permissions.</p>}>
                  <div class="cluster">
                    <Button type="submit" look="primary" busy={state.busy()} disabled={!state.changed()}>
                      Save permissions
                    </Button>
                    <Show when={state.changed()}>
                      <Button onClick={state.again}>Undo changes</Button>
                    </Show>
                    <Show when={!present().inherited}>
                      <Button look="ghost" icon="retry" disabled={state.busy()} onClick={clear}>
                        {props.actionId ? 'Go by the default' : 'Go by what is built in'}
                      </Button>
                    </Show>
                  </div>
                </Show>
              </>
            )}
          </Match>
          <Match when={state.ofAction.failure()}>
            {(failure) => <ErrorFace message={failure().message} retry={state.ofAction.reload} />}
          </Match>
          <Match when={props.actionId && state.ofAction.data() === null}>
            <p class="soft">There is no such action any more.</p>
          </Match>
        </Switch>
      </form>
    </Card>
  )
}

function RuleFields(props: { state: RoleState; name: RuleName; actionId: string | null }): JSX.Element {
  const rule = () => props.state.draft[props.name]
  const error = () => (props.state.failure()?.field === `${props.name}.condition` ? props.state.failure()?.message : undefined)
  return (
    <div class="rules__one">
      <Toggle
        label={RULE_WORDS[props.name].name}
        hint={RULE_WORDS[props.name].words}
        checked={rule().allowed}
        onChange={(allowed) => props.state.change(props.name, { allowed })}
      />
      <Show when={rule().allowed}>
        <div class="rules__condition">
          <Show when={may('ADMINISTER')} fallback={<Condition text={rule().condition} />}>
            <ConditionField
              label={`Only when (${RULE_WORDS[props.name].name.toLowerCase()})`}
              value={rule().condition ?? ''}
              actionId={props.actionId}
              error={error()}
              change={(condition) => props.state.change(props.name, { condition })}
            />
          </Show>
        </div>
      </Show>
    </div>
  )
}

function Condition(props: { text: string | null }): JSX.Element {
  return (
    <p class="soft small">
      <Show when={props.text} fallback="Always.">
        Only when <code class="wrap-anywhere">{props.text}</code>
      </Show>
    </p>
  )
}
