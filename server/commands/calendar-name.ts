import { DocketError } from '../domain/errors.ts'

/** The refusal of a name that another calendar of the project has. */
export const nameTaken = (): DocketError =>
  new DocketError('BAD_USER_INPUT', 'The project already has a calendar of this name; choose another one.', 'name')
