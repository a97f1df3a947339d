import { randomUUID } from 'node:crypto'
import type { CommandContext } from '../server/commands/context.ts'
import { createAction } from '../server/commands/create-action.ts'
import { createService } from '../server/commands/create-service.ts'
import { invokeNow } from '../server/commands/invoke-now.ts'
import { type UpdateServiceInput, updateService } from '../server/commands/update-service.ts'
import type { CreateActionInput } from '../server/domain/action-input.ts'
import { publicId } from '../server/domain/ids.ts'
import type { Receiver } from './receiver.ts'

/** A service on the receiver and what a test asks of it. */
export interface LimitedService {
  /** UUID. */
  id: string
  name: string
  edit(input: UpdateServiceInput): Promise<unknown>
  /** Makes an action on it; gives its UUID. */
  action(input?: Partial<CreateActionInput>): Promise<string>
}

export async function limitedService(ctx: CommandContext, baseUrl: string, input: UpdateServiceInput = {}): Promise<LimitedService> {
  const name = `service ${randomUUID().slice(0, 8)}`
  const { id } = await createService(ctx, { name, baseUrl })
  const edit = (changes: UpdateServiceInput) => updateService(ctx, publicId('service', id), changes)
  if (Object.keys(input).length > 0) await edit(input)
  return {
    id,
    name,
    edit,
    async action(changes = {}) {
      const target = { serviceId: publicId('service', id), path: '/' }
      return (await createAction(ctx, { name: 'on a service', target, ...changes })).id
    },
  }
}

/** Asks for `count` runs of an action; gives their UUIDs. */
export async function invoke(ctx: CommandContext, actionId: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push((await invokeNow(ctx, publicId('action', actionId))).id)
  return ids
}

/** Answers each request after `delayMs` and follows how many are under way, in each of the `groups` of its address. */
export function countUnderWay(target: Receiver, delayMs: number, groups: (url: string) => string[] = () => ['']) {
  const now = new Map<string, number>()
  const most = new Map<string, number>()
  target.answer = ({ url }) => {
    const count = (by: number) => {
      for (const name of groups(url)) {
        const under = (now.get(name) ?? 0) + by
        now.set(name, under)
        most.set(name, Math.max(most.get(name) ?? 0, under))
      }
    }
    count(1)
    // It is over for the receiver before it can be over for anyone else: the answer itself is what takes its time.
    setTimeout(count, delayMs - 1, -1)
    return { delayMs }
  }
  return most
}
