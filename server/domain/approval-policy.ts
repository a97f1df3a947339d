import { ROLE_LEVELS, type RoleLevel } from './access.ts'
import { DocketError } from './errors.ts'
import { parseText, parseWhole } from './text.ts'

/** What several policies are short for. MANAGER: one manager. TWO_PERSON: two managers, neither of whom asked for the run. */
export const APPROVAL_PRESETS = ['MANAGER', 'TWO_PERSON'] as const
export type ApprovalPreset = (typeof APPROVAL_PRESETS)[number]

/** Whose approval counts: whoever has a built-in level or a higher one, or exactly the members of a custom role. */
export interface ApproverRole {
  /** As people call it: the level, or the name of the custom role. */
  role: string
  /** Null for a custom role. */
  level: RoleLevel | null
  /** UUID; null for a level. */
  roleId: string | null
}

/** One step of the decision: so many people with that role. */
export interface ApprovalStage extends ApproverRole {
  required: number
}

/** How a run is approved. Stored with the action and, as it was then, with each approval. */
export interface ApprovalPolicy {
  /** Which preset made the stages; null for stages of their own. */
  preset: ApprovalPreset | null
  /** In turn: the next one begins when the one before it is complete. */
  stages: readonly ApprovalStage[]
  expiresInSeconds: number
  /** Who asked for the run may not approve it, whatever `selfApprove` says. */
  forbidRequester: boolean
  /** CEL over actor, record, input and action: only runs for which it is true need approval. Null = each run. */
  condition: string | null
  /** After the request; null = never. */
  remindAfterSeconds: number | null
  escalateAfterSeconds: number | null
  /** Its people may decide too from then on. */
  escalateTo: ApproverRole | null
}

/** As callers hand it in; null means the same as absent. */
export interface ApprovalPolicyInput {
  preset?: ApprovalPreset | null
  /** `role`: a level, or the name or the id of a role. */
  stages?: readonly { role: string; required?: number | null }[] | null
  expiresInSeconds?: number | null
  forbidRequester?: boolean | null
  condition?: string | null
  remindAfterSeconds?: number | null
  escalateAfterSeconds?: number | null
  escalateTo?: string | null
}

const STAGES_MOST = 5
const REQUIRED_MOST = 10
const EXPIRES_IN_LEAST_S = 60
/** Who has not decided for two weeks will not. */
const EXPIRES_IN_MOST_S = 14 * 86_400
const EXPIRES_IN_DEFAULT_S = 86_400
const ROLE_CHARACTERS = 100

const MANAGER: ApproverRole = { role: 'MANAGER', level: 'MANAGER', roleId: null }
const PRESET_STAGES: Readonly<Record<ApprovalPreset, readonly ApprovalStage[]>> = {
  MANAGER: [{ ...MANAGER, required: 1 }],
  TWO_PERSON: [{ ...MANAGER, required: 2 }],
}

/** Of a run that needs approval for its requester's role while its action has no policy. */
export const DEFAULT_APPROVAL_POLICY: ApprovalPolicy = {
  preset: 'MANAGER',
  stages: PRESET_STAGES.MANAGER,
  expiresInSeconds: EXPIRES_IN_DEFAULT_S,
  forbidRequester: true,
  condition: null,
  remindAfterSeconds: null,
  escalateAfterSeconds: null,
  escalateTo: null,
}

/** A custom role of the project. */
export interface KnownRole {
  /** UUID. */
  id: string
  name: string
  level: RoleLevel
  builtIn: boolean
}

export interface PolicyGiven {
  /** Those of the project. */
  roles: readonly KnownRole[]
  /** The UUID behind the id of a role; undefined for any other text. */
  roleIdOf(text: string): string | undefined
  /** Gives the text of a condition that compiles, or throws INVALID_CONDITION on `field`. */
  parseCondition(text: string, field: string): string
}

/**
 * Checks a policy by all rules that need no look at the members of the project.
 * @throws DocketError INVALID_POLICY or INVALID_CONDITION on a field below `approval`
 */
export function parseApprovalPolicy(input: ApprovalPolicyInput, given: PolicyGiven): ApprovalPolicy {
  const { preset = null } = input
  const expiresInSeconds = within(input.expiresInSeconds ?? EXPIRES_IN_DEFAULT_S, 'expiresInSeconds', EXPIRES_IN_LEAST_S, EXPIRES_IN_MOST_S)
  const forbidRequester = input.forbidRequester ?? true
  if (preset === 'TWO_PERSON' && !forbidRequester) {
    throw refuse('TWO_PERSON means two people other than the requester; leave forbidRequester out, or give stages.', 'forbidRequester')
  }
  const remindAfterSeconds = before(input.remindAfterSeconds, 'remindAfterSeconds', expiresInSeconds)
  const escalateAfterSeconds = before(input.escalateAfterSeconds, 'escalateAfterSeconds', expiresInSeconds)
  const escalateTo = input.escalateTo == null ? null : roleNamed(input.escalateTo, 'approval.escalateTo', given)
  if ((escalateTo === null) !== (escalateAfterSeconds === null)) {
    throw refuse('escalateAfterSeconds and escalateTo come together.', escalateTo === null ? 'escalateTo' : 'escalateAfterSeconds')
  }
  const condition = input.condition?.trim() ? given.parseCondition(input.condition, 'approval.condition') : null
  const stages = stagesOf(input, given)
  return { preset, stages, expiresInSeconds, forbidRequester, condition, remindAfterSeconds, escalateAfterSeconds, escalateTo }
}

function stagesOf({ preset, stages }: ApprovalPolicyInput, given: PolicyGiven): readonly ApprovalStage[] {
  if ((preset == null) === (stages == null)) {
    throw refuse('An approval policy has either a preset (MANAGER, TWO_PERSON) or stages.', preset == null ? 'stages' : 'preset')
  }
  if (preset != null) {
    if (!APPROVAL_PRESETS.includes(preset)) throw refuse(`preset is one of ${APPROVAL_PRESETS.join(', ')}.`, 'preset')
    return PRESET_STAGES[preset]
  }
  if (!Array.isArray(stages) || stages.length < 1 || stages.length > STAGES_MOST) {
    throw refuse(`stages must hold 1 to ${STAGES_MOST} stages.`, 'stages')
  }
  return stages.map(({ role, required }, index) => ({
    ...roleNamed(role, `approval.stages.${index}.role`, given),
    required: within(required ?? 1, `stages.${index}.required`, 1, REQUIRED_MOST),
  }))
}

function roleNamed(text: string, field: string, { roles, roleIdOf }: PolicyGiven): ApproverRole {
  const wanted = parseText(text, field, ROLE_CHARACTERS)
  const level = ROLE_LEVELS.find((one) => one === wanted.toUpperCase())
  if (level) return { role: level, level, roleId: null }
  const id = roleIdOf(wanted)
  const found = roles.find((role) => (id ? role.id === id : role.name.toLowerCase() === wanted.toLowerCase()))
  if (!found) {
    throw new DocketError(
      'INVALID_POLICY',
      `There is no role ${wanted}; name one of ${ROLE_LEVELS.join(', ')} or a role of the project.`,
      field,
    )
  }
  return found.builtIn ? { role: found.level, level: found.level, roleId: null } : { role: found.name, level: null, roleId: found.id }
}

const before = (seconds: number | null | undefined, field: string, end: number): number | null =>
  seconds == null ? null : within(seconds, field, EXPIRES_IN_LEAST_S, end - 1)

function within(value: number, field: string, min: number, max: number): number {
  try {
    return parseWhole(value, `approval.${field}`, min, max)
  } catch (error) {
    throw error instanceof DocketError ? new DocketError('INVALID_POLICY', error.message, error.field) : error
  }
}

const refuse = (sentence: string, field: string) => new DocketError('INVALID_POLICY', sentence, `approval.${field}`)
