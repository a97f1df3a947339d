import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allZones, matchZones, zoneOffset } from './zones.ts'

test('the own zone is offered first beside UTC, and none twice', () => {
  const zones = allZones('Europe/Berlin')
  assert.deepEqual(zones.slice(0, 2), ['UTC', 'Europe/Berlin'])
  assert.equal(new Set(zones).size, zones.length)
})

test('a city is found by its words, and comes before its continent', () => {
  const zones = ['America/New_York', 'America/Indiana/Knox', 'Asia/Amman', 'Europe/Amsterdam']
  assert.deepEqual(matchZones(zones, 'new york', 5), ['America/New_York'])
  assert.deepEqual(matchZones(zones, 'am', 2), ['Asia/Amman', 'Europe/Amsterdam'])
  assert.deepEqual(matchZones(zones, 'nowhere', 5), [])
})

test('the offset is the one of that day', () => {
  assert.equal(zoneOffset('Europe/Berlin', Date.UTC(2026, 6, 1)), 'UTC+02:00')
  assert.equal(zoneOffset('Europe/Berlin', Date.UTC(2026, 0, 1)), 'UTC+01:00')
})
