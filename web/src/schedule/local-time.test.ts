import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateIn, instantIn, isZone, localIn, nextClockChange, offsetIn, offsetText, rfc3339In } from './local-time.ts'

const NEW_YORK = 'America/New_York'
const utc = (text: string) => Date.parse(text)

test('a wall-clock time is read in its zone, wherever the browser is', () => {
  assert.deepEqual(instantIn(NEW_YORK, '2026-01-15T09:30'), { at: utc('2026-01-15T14:30:00Z'), exists: 'once' })
  assert.deepEqual(instantIn('Asia/Kathmandu', '2026-01-15'), { at: utc('2026-01-14T18:15:00Z'), exists: 'once' })
  assert.equal(rfc3339In(NEW_YORK, '2026-07-01T09:30'), '2026-07-01T09:30:00-04:00')
  assert.equal(rfc3339In('Asia/Kolkata', '2026-07-01T09:30:15'), '2026-07-01T09:30:15+05:30')
})

test('a time that the clocks skip moves forward by the gap, one that they repeat is the first', () => {
  assert.deepEqual(instantIn(NEW_YORK, '2026-03-08T02:30'), { at: utc('2026-03-08T07:30:00Z'), exists: 'none' })
  assert.equal(rfc3339In(NEW_YORK, '2026-03-08T02:30'), '2026-03-08T03:30:00-04:00')
  assert.deepEqual(instantIn(NEW_YORK, '2026-11-01T01:30'), { at: utc('2026-11-01T05:30:00Z'), exists: 'twice' })
  assert.deepEqual(instantIn('Australia/Lord_Howe', '2026-10-04T02:10'), { at: utc('2026-10-03T15:40:00Z'), exists: 'none' })
})

test('what is no time has no instant', () => {
  assert.equal(instantIn('UTC', ''), undefined)
  assert.equal(rfc3339In('UTC', 'soon'), '')
})

test('an instant is written as the control holds it, and comes back', () => {
  for (const at of [utc('2026-03-08T07:30:00Z'), utc('2026-11-01T05:30:00Z'), utc('1999-12-31T23:59:59Z')]) {
    for (const zone of ['UTC', NEW_YORK, 'Pacific/Kiritimati']) assert.equal(instantIn(zone, localIn(zone, at))?.at, at)
  }
  assert.equal(localIn('UTC', utc('2026-01-01T00:00:07Z')), '2026-01-01T00:00:07')
  assert.equal(dateIn('Pacific/Kiritimati', utc('2026-01-01T11:00:00Z')), '2026-01-02')
})

test('the next change of the clocks is found to the minute', () => {
  assert.equal(nextClockChange(NEW_YORK, utc('2026-01-01T00:00:00Z')), utc('2026-03-08T07:00:00Z'))
  assert.equal(nextClockChange('Europe/Berlin', utc('2026-06-01T12:34:56Z')), utc('2026-10-25T01:00:00Z'))
  assert.equal(nextClockChange('UTC', 0), undefined)
  assert.equal(nextClockChange('Asia/Tokyo', utc('2026-01-01T00:00:00Z')), undefined)
})

test('offsets are whole numbers of milliseconds, also before 1970', () => {
  assert.equal(offsetIn(NEW_YORK, utc('2026-07-01T00:00:00.999Z')), -4 * 3_600_000)
  assert.equal(offsetIn('UTC', -1), 0)
})

test('an offset is written with its sign, to the minute', () => {
  assert.deepEqual(
    [0, 5.5, -3.5, 14].map((hours) => offsetText(hours * 3_600_000)),
    ['+00:00', '+05:30', '-03:30', '+14:00'],
  )
})

test('what is no zone is told from one', () => {
  assert.deepEqual(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isZone), [true, true, false, false])
})
