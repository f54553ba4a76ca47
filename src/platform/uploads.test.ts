import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { world } from '../../test/world.ts'
import { admitUploads } from './uploads.ts'

test('two uploads of one owner are read at once, four of all, and each is over with its connection', async () => {
  const uploads = admitUploads((await world('sqlite')).deps)
  const open: EventEmitter[] = []
  const admit = (owner: string) => {
    const response = new EventEmitter()
    open.push(response)
    return uploads.admit(owner, response as ServerResponse)
  }
  assert.deepEqual(['a', 'a', 'a', 'b', 'b', 'c'].map(admit), [true, true, false, true, true, false])
  open[0]?.emit('close')
  assert.deepEqual(['b', 'c', 'a'].map(admit), [false, true, false])
  open[1]?.emit('close')
  open[3]?.emit('close')
  assert.deepEqual(['a', 'a', 'b'].map(admit), [true, true, false])
})
