interface Named {
  id: string
  name: string
}

/** The options of a `Select` for named things; `held`, which is or was chosen, is among them even where the list does not have it. */
export function optionsOf(rows: readonly Named[], held?: Named | null): (readonly [string, string])[] {
  const all = held && !rows.some(({ id }) => id === held.id) ? [held, ...rows] : rows
  return all.map(({ id, name }) => [id, name] as const)
}
