/** What is stored with a run of who asked for it. */
export interface Permitted {
  /** The caller's role demands an approval. */
  requireApproval: boolean
  /** Of the project, when the caller's rights were read; null for what the system itself does, 0 for what it does in someone's name. */
  policyVersion: number | null
  /** UUID of the person behind the caller. */
  requestedBy: string | null
  /** It depends on what the action was when it was judged, and holds while its row says the same. */
  actionStamp?: string
}
