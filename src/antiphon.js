#!/usr/bin/env node
// What starts the command, from the sources and in the release: `node src/antiphon.js serve`. Any Node of the last years can read it, so that an
// old one is told what it lacks in one sentence; everything else is loaded from here.

import module from 'node:module'
import { join } from 'node:path'

const NEEDED = 24

/** Modules of the command. In the release `serve` has one of its own, with all that it may need: it runs on while another release is put in its place. */
const SERVE = './cli.ts'
const OTHERS = './cli.ts'

const [major] = process.versions.node.split('.')
if (Number(major) < NEEDED) leave(`Antiphon needs Node ${NEEDED} or newer; this is ${process.version}.`)
else {
  // What was compiled once is read from then on, a sixth of the time to start; kept beside what it is made of, where whoever may write may change that as well.
  module.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/antiphon'))
  import(process.argv[2] === 'serve' ? SERVE : OTHERS).catch((error) => {
    if (!lacksMachineCode(error)) fall(error)
    else
      leave(
        `Antiphon is not installed for this machine (${machine()}): what hashes passwords is machine code, @node-rs/argon2 and @node-rs/bcrypt, and npm chooses it where it installs. Install here, not on another machine, and without --omit=optional.`,
      )
  })
}

/** As any fault of what the process is given, see `cli/report.ts`. */
function leave(reason) {
  console.error(`antiphon: ${reason}`)
  process.exitCode = 2
}

/** A fault of ours. */
function fall(error) {
  console.error(error)
  process.exit(70)
}

function lacksMachineCode({ code, message }) {
  return code === 'ERR_MODULE_NOT_FOUND'
    ? message.includes("'@node-rs/")
    : /^(Cannot find|Failed to load) native binding/.test(message)
}

/** `linux arm64 musl`: what the packages of machine code differ by. */
function machine() {
  const { platform, arch, report } = process
  const libc = platform === 'linux' ? [report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'] : []
  return [platform, arch, ...libc].join(' ')
}
