import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import type PrismaTypes from '../store/generated/pothos.ts'
import { getDatamodel } from '../store/generated/pothos.ts'
import type { Context } from './context.ts'

/** Defines no types: each noun's file adds its own, schema.ts imports them all. */
export const builder = new SchemaBuilder<{
  Context: Context
  PrismaTypes: PrismaTypes
  DefaultFieldNullability: false
  Scalars: {
    DateTime: { Input: Date; Output: Date | number }
    ID: { Input: string; Output: string }
    JSON: { Input: unknown; Output: unknown }
    ScheduledTime: { Input: string; Output: string }
  }
}>({
  plugins: [PrismaPlugin],
  defaultFieldNullability: false,
  prisma: { client: (context) => context.db.prisma, dmmf: getDatamodel(), exposeDescriptions: false },
})

builder.queryType()
builder.mutationType()
builder.subscriptionType()
