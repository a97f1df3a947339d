/** Who does something: recorded with every run that someone asked for. */
export interface Actor {
  kind: 'USER' | 'AGENT' | 'TOKEN' | 'SYSTEM'
  /** UUID of the token or user; null for the system and for a browser that came by the printed sign-in link. */
  id: string | null
  name: string
}

export const SYSTEM: Actor = { kind: 'SYSTEM', id: null, name: 'Docket' }
