import type { AnyVariables, Client, CombinedError, TypedDocumentNode } from '@urql/core'

/** Asks once and gives a part of the answer, as `createLoaded` and `createPaged` take it. */
export async function ask<Data, Variables extends AnyVariables, Part>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  part: (data: Data) => Part,
): Promise<{ data: Part | undefined; error: CombinedError | undefined }> {
  const { data, error } = await client.query(document, variables).toPromise()
  return { data: data && part(data), error }
}
