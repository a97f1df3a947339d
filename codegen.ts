import type { CodegenConfig } from '@graphql-codegen/cli'

// One file, types and documents together, that Node runs as it is: string unions instead of enums, `import type`, nothing that
// type stripping could not remove. Same input, same bytes: `npm run check` compares the committed file with a fresh one.
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'sdk/operations/*.graphql',
  silent: true,
  generates: {
    'sdk/generated/operations.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        enumType: 'string-literal',
        namingConvention: 'keep',
        useTypeImports: true,
        skipTypename: true,
        arrayInputCoercion: false,
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', ScheduledTime: 'string' },
      },
    },
  },
}

export default config
