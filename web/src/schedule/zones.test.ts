import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchZones, type Zone, zoneOffset, zonesFor } from './zones.ts'

const JULY = Date.UTC(2026, 6, 1)
const zonesOf = (...names: string[]): Zone[] => names.map((name) => ({ name, formerNames: [] }))
const known: Zone[] = [
  ...zonesOf('Africa/Abidjan', 'Europe/Berlin'),
  { name: 'Asia/Kolkata', formerNames: ['Asia/Calcutta'] },
  { name: 'Europe/Kyiv', formerNames: ['Europe/Kiev'] },
  ...zonesOf('America/New_York', 'Europe/London', 'UTC'),
]

test('the own zone is offered first, UTC second, and none twice', () => {
  const offered = (mine: string) => zonesFor(mine, known).map(({ name }) => name)
  assert.deepEqual(offered('Europe/Berlin').slice(0, 3), ['Europe/Berlin', 'UTC', 'Africa/Abidjan'])
  assert.equal(new Set(offered('Europe/Berlin')).size, known.length)
  assert.deepEqual(offered('UTC').slice(0, 2), ['UTC', 'Africa/Abidjan'])
  assert.equal(offered('Asia/Calcutta')[0], 'Asia/Kolkata', 'under the name that schedules keep')
})

test('before the server has named its zones there are the own one and UTC', () => {
  assert.deepEqual(matchZones(zonesFor('Europe/Berlin', []), '', 5, JULY), ['Europe/Berlin', 'UTC'])
  assert.deepEqual(matchZones(zonesFor('UTC', []), '', 5, JULY), ['UTC'])
})

test('a zone that this browser does not know is not offered', () => {
  const zones = zonesFor('UTC', zonesOf('Mars/Olympus', 'Europe/Berlin'))
  assert.deepEqual(matchZones(zones, '', 5, JULY), ['UTC', 'Europe/Berlin'])
  assert.deepEqual(matchZones(zones, 'olympus', 5, JULY), [])
  assert.deepEqual(matchZones(zones, '+2', 5, JULY), ['Europe/Berlin'])
})

test('a city is found by its words, and comes before its continent', () => {
  const zones = zonesOf('America/New_York', 'America/Indiana/Knox', 'Asia/Amman', 'Europe/Amsterdam')
  assert.deepEqual(matchZones(zones, 'new york', 5, JULY), ['America/New_York'])
  assert.deepEqual(matchZones(zones, 'am', 2, JULY), ['Asia/Amman', 'Europe/Amsterdam'])
  assert.deepEqual(matchZones(zones, 'nowhere', 5, JULY), [])
})

test('a city is found by its name of today and by the one it had', () => {
  for (const query of ['kolkata', 'calcutta']) assert.deepEqual(matchZones(known, query, 5, JULY), ['Asia/Kolkata'])
  assert.deepEqual(matchZones(known, 'kyiv', 5, JULY), ['Europe/Kyiv'])
})

test('a zone is found by its offset, and by what people call it', () => {
  const zones = zonesOf('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York')
  assert.deepEqual(matchZones(zones, '+2', 5, JULY), ['Europe/Berlin'])
  assert.deepEqual(matchZones(zones, 'utc+05:30', 5, JULY), ['Asia/Kolkata'])
  assert.deepEqual(matchZones(zones, 'eastern', 5, JULY), ['America/New_York'])
})

test('UTC is found by the offset that it has', () => {
  const zones = zonesFor('Europe/Berlin', known)
  for (const query of ['+00:00', 'utc+0', 'UTC +00', 'gmt-0', '-00:00']) {
    assert.deepEqual(matchZones(zones, query, 5, JULY), ['UTC', 'Africa/Abidjan'], query)
  }
})

test('the offset is the one of that day', () => {
  assert.equal(zoneOffset('Europe/Berlin', JULY), 'UTC+02:00')
  assert.equal(zoneOffset('Europe/Berlin', Date.UTC(2026, 0, 1)), 'UTC+01:00')
  assert.equal(zoneOffset('America/St_Johns', JULY), 'UTC-02:30')
  assert.equal(zoneOffset('UTC', JULY), 'UTC')
})
