import { DocketError } from '../domain/errors.ts'

/** The refusal of a name that another project of the installation has. */
export const projectNameTaken = (): DocketError =>
  new DocketError('BAD_USER_INPUT', 'There is a project of this name; choose another one.', 'name')
