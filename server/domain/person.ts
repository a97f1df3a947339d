/** Of a person's name. */
export const PERSON_CHARACTERS = 100
