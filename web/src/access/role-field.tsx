import type { JSX } from 'solid-js'
import { Field, Select } from '../ui/field.tsx'
import { LoadFailure } from '../ui/load-failure.tsx'
import { LEVEL_WORDS } from './role-words.ts'
import type { RoleChoice, RoleName } from './roles.ts'

/** One of the project's roles, and what it can do. */
export function RoleField(props: {
  of: RoleChoice
  label?: string
  value: string
  held?: RoleName
  error?: string | undefined
  change: (roleId: string) => void
}): JSX.Element {
  const words = () => {
    const chosen = props.of.byId(props.value) ?? props.held
    return chosen && LEVEL_WORDS[chosen.level].words
  }
  return (
    <>
      <Field label={props.label ?? 'Role'} error={props.error} hint={words()}>
        {(wiring) => (
          <Select
            {...wiring}
            value={props.value}
            options={[...(props.value ? [] : ([['', 'Choose a role']] as const)), ...props.of.options(props.held)]}
            onChange={(event) => props.change(event.currentTarget.value)}
          />
        )}
      </Field>
      <LoadFailure what="The roles" of={props.of} />
    </>
  )
}
