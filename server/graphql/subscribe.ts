import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  mapSourceToResponseEvent,
  validateSubscriptionArgs,
} from 'graphql'

type Result = ReturnType<typeof executeSubscriptionEvent>

/** What was answered about a state, by the words of the question. */
const answers = new WeakMap<object, WeakMap<DocumentNode, Map<string, Result>>>()

/**
 * Says that what is answered about `state` depends on the question alone, and not on who asks: who watches the same in the same words gets
 * the same answer, worked out once.
 */
export function shareAnswers<State extends object>(state: State): State {
  if (!answers.has(state)) answers.set(state, new WeakMap())
  return state
}

/** Starts a subscription. Documents that are the same text must be the same object (see `createDocuments`) for answers to be shared. */
export async function startSubscription(args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const validated = validateSubscriptionArgs(args)
  if (!('operation' in validated)) return { errors: validated }
  const question = JSON.stringify([args.operationName, args.variableValues])
  const events = await createSourceEventStream(validated)
  if (!(Symbol.asyncIterator in events)) return events
  return mapSourceToResponseEvent(validated, events, (event) => {
    const known = answers.get(event.rootValue as object)
    if (!known) return executeSubscriptionEvent(event)
    const ofDocument = known.get(args.document) ?? new Map<string, Result>()
    known.set(args.document, ofDocument)
    const answer = ofDocument.get(question) ?? executeSubscriptionEvent(event)
    ofDocument.set(question, answer)
    return answer
  })
}
