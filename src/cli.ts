#!/usr/bin/env node
import { processIo } from './cli/io.ts'
import { run } from './cli/run.ts'

await run(process.argv.slice(2), process.env, processIo)
