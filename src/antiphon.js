#!/usr/bin/env node
// What starts the command, from the sources and in the release: `node src/antiphon.js serve`. Any Node of the last years can read it, so that an
// old one is told what it lacks in one sentence; everything else is loaded from here.

const NEEDED = 24

const [major] = process.versions.node.split('.')
if (Number(major) < NEEDED) leave(`Antiphon needs Node ${NEEDED} or newer; this is ${process.version}.`)
else {
  import('./cli.ts').catch((error) => {
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
