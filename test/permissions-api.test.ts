import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApiServer, startApi } from './api-server.ts'

const FRAGMENT = `fragment P on Permission {
  id inherited role { name } action { name }
  trigger { allowed condition } requireApproval { allowed condition } approve { allowed } selfApprove { allowed } }`

interface MatrixCell {
  inherited: boolean
  role: { name: string }
  trigger: { allowed: boolean }
  approve: { allowed: boolean }
}

async function createAction({ graphql }: ApiServer, name: string): Promise<string> {
  const { data } = await graphql('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', {
    input: { name, target: { url: 'https://example.com/' } },
  })
  return data.createAction.id
}

test('roles, their permissions and the matrix of an action', async () => {
  await using api = await startApi()
  const refund = await createAction(api, 'Refund')
  await createAction(api, 'Other')
  const made = await api.graphql(
    `mutation { createRole(input: { name: "Support", level: OPERATOR, breakGlass: true }) { id name level builtIn breakGlass memberCount } }`,
  )
  const { id: roleId, ...role } = made.data.createRole
  assert.deepEqual(role, { name: 'Support', level: 'OPERATOR', builtIn: false, breakGlass: true, memberCount: 0 })
  const set = await api.graphql(`mutation ($input: SetPermissionInput!) { setPermission(input: $input) { ...P } } ${FRAGMENT}`, {
    input: { roleId, actionId: refund, requireApproval: { allowed: true, condition: 'input.amount >= 1000' } },
  })
  assert.deepEqual(set.data.setPermission, {
    id: `${roleId}.${refund}`,
    inherited: false,
    role: { name: 'Support' },
    action: { name: 'Refund' },
    trigger: { allowed: true, condition: null },
    requireApproval: { allowed: true, condition: 'input.amount >= 1000' },
    approve: { allowed: false },
    selfApprove: { allowed: false },
  })
  const { data } = await api.graphql(`{ roles { name permissions { ...P } } role(id: "${roleId}") { name } } ${FRAGMENT}`)
  assert.deepEqual(data.role, { name: 'Support' })
  assert.deepEqual(
    data.roles.map(({ name, permissions }: { name: string; permissions: unknown[] }) => [name, permissions.length]),
    [
      ['Viewer', 1],
      ['Operator', 1],
      ['Manager', 1],
      ['Admin', 1],
      ['Support', 2],
    ],
  )
  assert.deepEqual(data.roles[4].permissions[0].action, null)
  assert.equal(data.roles[4].permissions[0].inherited, true)
  const matrix = await api.graphql(
    `{ actions { edges { node { name permissions { inherited role { name } trigger { allowed } approve { allowed } } } } } }`,
  )
  const rows = matrix.data.actions.edges.flatMap(({ node }: { node: { name: string; permissions: MatrixCell[] } }) =>
    node.permissions.map(({ inherited, role, trigger, approve }) =>
      [node.name, role.name, trigger.allowed, approve.allowed, inherited].join(' '),
    ),
  )
  assert.deepEqual(rows, [
    'Other Viewer false false true',
    'Other Operator true false true',
    'Other Manager true true true',
    'Other Admin true true true',
    'Other Support true false true',
    'Refund Viewer false false true',
    'Refund Operator true false true',
    'Refund Manager true true true',
    'Refund Admin true true true',
    'Refund Support true false false',
  ])
  const cleared = await api.graphql(
    `mutation { clearPermission(roleId: "${roleId}", actionId: "${refund}") { permissions { inherited } } }`,
  )
  assert.deepEqual(cleared.data.clearPermission, { permissions: [{ inherited: true }] })
  const gone = await api.graphql(`mutation { updateRole(id: "${roleId}", input: { name: "Desk" }) { name } deleteRole(id: "${roleId}") }`)
  assert.deepEqual(gone.data, { updateRole: { name: 'Desk' }, deleteRole: roleId })
  assert.deepEqual((await api.graphql(`{ role(id: "${roleId}") { name } }`)).data, { role: null })
})

test('a matrix of many actions costs as many statements as one of few', async () => {
  await using api = await startApi()
  const count = async () => {
    api.statements()
    const pool = api.db.pool.query
    let own = 0
    api.db.pool.query = ((...args: unknown[]) => {
      own++
      return (pool as (...args: unknown[]) => unknown).apply(api.db.pool, args)
    }) as typeof pool
    const answer = await api.graphql('{ actions(first: 30) { edges { node { permissions { role { name } trigger { allowed } } } } } }')
    api.db.pool.query = pool
    assert.equal(answer.errors, undefined)
    return own + api.statements().length
  }
  await createAction(api, 'a')
  await count()
  const few = await count()
  for (let n = 0; n < 10; n++) await createAction(api, `a${n}`)
  assert.equal(await count(), few)
})

test('a mistake in a condition comes with its position', async () => {
  await using api = await startApi()
  const { data } = await api.graphql('{ roles { id } }')
  const { errors } = await api.graphql('mutation ($input: SetPermissionInput!) { setPermission(input: $input) { id } }', {
    input: { roleId: data.roles[1].id, trigger: { allowed: true, condition: 'input.amount < 1000 &&\n  actr.name == "x"' } },
  })
  assert.deepEqual(errors![0]!.extensions, { code: 'INVALID_CONDITION', field: 'trigger.condition', position: { line: 2, column: 3 } })
  assert.equal(errors![0]!.message, 'trigger.condition, line 2, column 3: Unknown variable: actr. There are actor, record, input, action.')
})

test('policies and conditions are tried over the API', async () => {
  await using api = await startApi()
  const refund = await createAction(api, 'Refund')
  for (const amount of [10, 2_000]) {
    await api.graphql('mutation ($id: ID!, $input: JSON) { invokeNow(actionId: $id, input: $input) { id } }', {
      id: refund,
      input: { amount },
    })
  }
  const { data: roles } = await api.graphql('{ roles { id } }')
  const { data } = await api.graphql(
    `query ($input: PolicyDryRunInput!, $condition: String!) {
      policyDryRun(input: $input) { looked allowed held refused skipped complete runs { verdict reason invocation { action { name } } } }
      tryCondition(condition: $condition) { error { message } complete results { value error invocation { id } } }
    }`,
    {
      input: {
        roleId: roles.roles[1].id,
        actionId: refund,
        requireApproval: { allowed: true, condition: 'input.amount >= 1000' },
        approval: null,
      },
      condition: 'input.amount >= 1000',
    },
  )
  const { runs, ...counts } = data.policyDryRun
  assert.deepEqual(counts, { looked: 2, allowed: 1, held: 1, refused: 0, skipped: 0, complete: true })
  assert.deepEqual(
    runs.map(({ verdict }: { verdict: string }) => verdict),
    ['HELD', 'ALLOWED'],
  )
  assert.equal(runs[0].invocation.action.name, 'Refund')
  assert.deepEqual(
    data.tryCondition.results.map(({ value, error }: { value: boolean; error: string }) => [value, error]),
    [
      [true, null],
      [false, null],
    ],
  )
  const wrong = await api.graphql('{ tryCondition(condition: "nope") { error { line column message } results { value } } }')
  assert.deepEqual([wrong.data.tryCondition.error.line, wrong.data.tryCondition.error.column], [1, 1])
})
