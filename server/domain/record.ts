import type { RecordInput } from './action-input.ts'

/** The object that a run acts on, of the two columns that hold it; null for a run that acts on none. */
export const recordOf = ({ recordType, recordId }: { recordType: string | null; recordId: string | null }): RecordInput | null =>
  recordType !== null && recordId !== null ? { type: recordType, id: recordId } : null
