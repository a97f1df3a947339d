import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allZones, matchZones, zoneOffset } from './zones.ts'

const JULY = Date.UTC(2026, 6, 1)

test('the own zone is offered first, UTC second, and none twice', () => {
  const zones = allZones('Europe/Berlin')
  assert.deepEqual(zones.slice(0, 2), ['Europe/Berlin', 'UTC'])
  assert.equal(new Set(zones).size, zones.length)
  assert.equal(allZones('UTC')[0], 'UTC')
})

test('every zone that is offered is one', () => {
  for (const zone of allZones('UTC')) assert.doesNotThrow(() => zoneOffset(zone, JULY), zone)
})

test('a city is found by its words, and comes before its continent', () => {
  const zones = ['America/New_York', 'America/Indiana/Knox', 'Asia/Amman', 'Europe/Amsterdam']
  assert.deepEqual(matchZones(zones, 'new york', 5, JULY), ['America/New_York'])
  assert.deepEqual(matchZones(zones, 'am', 2, JULY), ['Asia/Amman', 'Europe/Amsterdam'])
  assert.deepEqual(matchZones(zones, 'nowhere', 5, JULY), [])
})

test('a city is found by its name of today and by the one it had', () => {
  const zones = allZones('UTC')
  for (const query of ['kolkata', 'calcutta']) assert.deepEqual(matchZones(zones, query, 5, JULY), ['Asia/Kolkata'])
  assert.deepEqual(matchZones(zones, 'kyiv', 5, JULY), ['Europe/Kyiv'])
})

test('a zone is found by its offset, and by what people call it', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York']
  assert.deepEqual(matchZones(zones, '+2', 5, JULY), ['Europe/Berlin'])
  assert.deepEqual(matchZones(zones, 'utc+05:30', 5, JULY), ['Asia/Kolkata'])
  assert.deepEqual(matchZones(zones, 'eastern', 5, JULY), ['America/New_York'])
})

test('the offset is the one of that day', () => {
  assert.equal(zoneOffset('Europe/Berlin', JULY), 'UTC+02:00')
  assert.equal(zoneOffset('Europe/Berlin', Date.UTC(2026, 0, 1)), 'UTC+01:00')
  assert.equal(zoneOffset('America/St_Johns', JULY), 'UTC-02:30')
  assert.equal(zoneOffset('UTC', JULY), 'UTC')
})
