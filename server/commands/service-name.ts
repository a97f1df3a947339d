import { DocketError } from '../domain/errors.ts'

/** The refusal of a name that another service of the project has. */
export const serviceNameTaken = (): DocketError =>
  new DocketError('BAD_USER_INPUT', 'The project already has a service of this name; choose another one.', 'name')
