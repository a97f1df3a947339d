import { createEffect, createSignal, on } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import type { ActionPermissionsQuery, RoleViewFragment } from '../../../../sdk/generated/operations.ts'
import {
  ActionNamesDocument,
  ActionPermissionsDocument,
  ClearPermissionDocument,
  RoleDocument,
  SetPermissionDocument,
} from '../../../../sdk/generated/operations.ts'
import { defaultRules } from '../../access/matrix.ts'
import type { Rule, RuleName } from '../../access/rule-words.ts'
import { rulesInput } from '../../access/rule-words.ts'
import { ask } from '../../live/ask.ts'
import { createCommand } from '../../live/command.ts'
import type { Failure } from '../../live/failure.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { createPaged } from '../../live/paged.ts'

/** As many as a list can be looked through; for older ones, the page of the action links here. */
const NAMES_SHOWN = 100

type OfAction = NonNullable<ActionPermissionsQuery['action']>
export type RoleState = ReturnType<typeof createRoleState>

/** A role, and its permission for one action or (null) for all that have none of their own, as it is and as it is being written. */
export function createRoleState(roleId: () => string, actionId: () => string | null) {
  const client = useClient()
  const role = createLoaded<RoleViewFragment, string>(roleId, (id) => ask(client, RoleDocument, { id }, (data) => data.role))
  const ofAction = createLoaded<OfAction, string | null>(actionId, (id) =>
    id ? ask(client, ActionPermissionsDocument, { id }, (data) => data.action) : Promise.resolve({ data: null }),
  )
  const names = createPaged<{ id: string; name: string }, undefined>(
    () => undefined,
    () => ask(client, ActionNamesDocument, { first: NAMES_SHOWN }, (data) => data.actions),
  )
  /** As it holds now; undefined until that is known. */
  const present = () => {
    const it = role.data()
    if (!it) return undefined
    return actionId() ? ofAction.data()?.permissions.find((each) => each.role.id === it.id) : defaultRules(it)
  }
  const [draft, setDraft] = createStore<Record<RuleName, Rule>>({
    trigger: off(),
    requireApproval: off(),
    approve: off(),
    selfApprove: off(),
  })
  const [failure, setFailure] = createSignal<Failure>()
  const asItIs = () => {
    const it = present()
    return it && rulesInput(it)
  }
  const again = () => {
    const it = asItIs()
    setFailure(undefined)
    if (it) setDraft(reconcile(it))
  }
  createEffect(on(() => `${roleId()} ${actionId()} ${JSON.stringify(asItIs())}`, again))

  const set = createCommand(SetPermissionDocument)
  const clear = createCommand(ClearPermissionDocument)
  const target = () => ({ roleId: roleId(), actionId: actionId() })
  const reload = async () => {
    await Promise.all([role.reload(), ofAction.reload()])
  }
  return {
    role,
    ofAction,
    names,
    present,
    draft,
    failure,
    changed: () => JSON.stringify(rulesInput(draft)) !== JSON.stringify(asItIs()),
    change(name: RuleName, part: Partial<Rule>) {
      setDraft(name, part)
      setFailure(undefined)
    },
    again,
    /** What is written, to be tried before it holds. */
    candidate: () => {
      const { trigger, requireApproval } = rulesInput(draft)
      return { ...target(), trigger, requireApproval }
    },
    busy: () => set.busy() || clear.busy(),
    /** Tells whether it was taken. */
    async save(): Promise<boolean> {
      const input = { ...target(), ...rulesInput(draft) }
      const sent = JSON.stringify(input)
      const outcome = await set.run({ input })
      // What was refused may be written anew by now.
      if (sent === JSON.stringify({ ...target(), ...rulesInput(draft) })) setFailure(outcome.failure)
      if (!outcome.failure) await reload()
      return !outcome.failure
    },
    /** Back to what holds for the role in general. */
    async clear(): Promise<boolean> {
      const outcome = await clear.run(target())
      setFailure(outcome.failure)
      if (!outcome.failure) await reload()
      return !outcome.failure
    },
  }
}

/** One for each rule: what a store holds is changed in place. */
const off = (): Rule => ({ allowed: false, condition: null })
