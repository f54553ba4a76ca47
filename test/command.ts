import { join } from 'node:path'

/** The command as contributors run it. */
export const SOURCES = join(import.meta.dirname, '../src/antiphon.js')

/** The command as it is released, which starts in half the time, where the runner made it; else the sources. */
export const COMMAND = process.env.ANTIPHON_TEST_COMMAND ?? SOURCES
