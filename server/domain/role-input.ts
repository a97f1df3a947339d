import { ROLE_LEVELS, type RoleLevel } from './access.ts'
import { DocketError } from './errors.ts'
import { parseText } from './text.ts'

export interface CreateRoleInput {
  name: string
  /** What it may do in general. */
  level: RoleLevel
  /** Default false. */
  breakGlass?: boolean | null
}

/** An absent field, and null, stays as it is. */
export interface UpdateRoleInput {
  name?: string | null
  level?: RoleLevel | null
  breakGlass?: boolean | null
}

/** A custom role. */
export interface RoleSpec {
  name: string
  level: RoleLevel
  breakGlass: boolean
}

const NAME_CHARACTERS = 100

/** @throws DocketError BAD_USER_INPUT on `name` or `level` */
export const parseCreateRole = ({ name, level, breakGlass }: CreateRoleInput): RoleSpec => ({
  name: parseText(name, 'name', NAME_CHARACTERS),
  level: parseLevel(level),
  breakGlass: breakGlass ?? false,
})

/** The role `before` with the edits of `input`. @throws DocketError BAD_USER_INPUT on `name` or `level` */
export const parseUpdateRole = ({ name, level, breakGlass }: UpdateRoleInput, before: RoleSpec): RoleSpec => ({
  name: name == null ? before.name : parseText(name, 'name', NAME_CHARACTERS),
  level: level == null ? before.level : parseLevel(level),
  breakGlass: breakGlass ?? before.breakGlass,
})

function parseLevel(level: RoleLevel): RoleLevel {
  if (ROLE_LEVELS.includes(level)) return level
  throw new DocketError('BAD_USER_INPUT', `level must be one of ${ROLE_LEVELS.join(', ')}.`, 'level')
}
