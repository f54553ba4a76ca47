import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback } from './loopback.ts'

test('this very machine is known by its names and addresses, and nothing else is taken for it', () => {
  const loopback = ['localhost', 'LOCALHOST', 'localhost.', 'demo.session.localhost', '127.0.0.1', '127.255.0.9', '::1']
  const others = [
    '',
    '0.0.0.0',
    '::',
    'example.com',
    'localhost.example.com',
    'notlocalhost',
    '127.example.com',
    '127.0.0.1.example.com',
    '10.0.0.1',
    '::2',
  ]
  assert.deepEqual(loopback.filter(isLoopback), loopback)
  assert.deepEqual(others.filter(isLoopback), [])
})
