/**
 * Loaded by the run of all tests before `node:test`, which follows every promise of a test in order to tell whose an error is that nobody caught: a tenth of what
 * stories take, and more for what it keeps. Without it such an error still fails the run, by the name of its file in place of its test's.
 */
import asyncHooks from 'node:async_hooks'

const untracked: asyncHooks.AsyncHook = { enable: () => untracked, disable: () => untracked }
asyncHooks.createHook = () => untracked
