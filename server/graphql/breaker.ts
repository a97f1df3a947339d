import { resetBreaker } from '../commands/reset-breaker.ts'
import { type BreakerSettings, DEFAULT_BREAKER, type BreakerState as State } from '../domain/breaker.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { BreakerState } from './enums.ts'
import { Service } from './service.ts'

interface BreakerView extends BreakerSettings {
  state: State
  openedAt: Date | null
  probeAt: Date | null
}

const UNTOUCHED: BreakerView = { ...DEFAULT_BREAKER, state: 'CLOSED', openedAt: null, probeAt: null }

const Breaker = builder.objectRef<BreakerView>('Breaker').implement({
  description:
    'The circuit of a service. It opens when too many attempts fail: no answer, 5xx or 429. Then runs wait until a probe is answered.',
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled'),
    failureShare: t.exposeFloat('failureShare', { description: 'It opens when this share of the attempts within the window failed,' }),
    minAttempts: t.exposeInt('minAttempts', { description: 'and there were at least as many as this.' }),
    windowSeconds: t.exposeInt('windowSeconds'),
    cooldownSeconds: t.exposeInt('cooldownSeconds', {
      description: 'From opening to the first probe; twice as long after each that fails, at most 10 minutes.',
    }),
    state: t.expose('state', { type: BreakerState }),
    openedAt: t.expose('openedAt', { type: 'DateTime', nullable: true }),
    probeAt: t.expose('probeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next probe is due; while one is under way, when another takes its place if nothing is heard of it.',
    }),
  }),
})

builder.prismaObjectField('Service', 'breaker', (t) =>
  t.field({ type: Breaker, select: { breaker: true }, resolve: ({ breaker }) => breaker ?? UNTOUCHED }),
)

builder.mutationField('resetBreaker', (t) =>
  t.prismaField({
    type: Service,
    description: 'Closes the circuit of a service by hand: what waits is sent, and failures are counted anew.',
    args: { serviceId: t.arg.id({ required: true }) },
    resolve: async (query, _, { serviceId }, context) => {
      const { id } = await resetBreaker(commandContext(context), serviceId)
      return context.db.prisma.service.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
)
