import { DocketError } from '../domain/errors.ts'

/** The refusal of a name that another role of the project has. */
export const roleNameTaken = (): DocketError =>
  new DocketError('BAD_USER_INPUT', 'The project already has a role of this name; choose another one.', 'name')
