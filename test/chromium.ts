import { execFile, spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--ignore-certificate-errors',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-pings',
]

/**
 * Launches a headless Chromium that accepts any certificate and talks to nobody but its pages' servers.
 *
 * `args` are further command-line flags, say `--host-resolver-rules=MAP *.session.localhost 127.0.0.1:8443`.
 * The browser comes from npm and needs nothing of the system; that package exists for Linux on x64 only, elsewhere
 * the installed Google Chrome is taken.
 */
export async function launchBrowser(args: string[] = []): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return await chromium.launch({ channel: 'chrome', args: [...flags, ...args] })
  }
  const directory = await unpackChromium()
  const executablePath = join(directory, 'chromium')
  const env: NodeJS.ProcessEnv = { ...process.env, FONTCONFIG_FILE: join(directory, 'fonts.conf') }
  if (lacksLibraries(executablePath)) {
    env.LD_LIBRARY_PATH = [join(directory, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  }
  return await chromium.launch({ executablePath, env, args: [...flags, ...args] })
}

const packageUrl = import.meta.resolve('@sparticuz/chromium')

/**
 * Unpacks the browser, its fonts and its libraries once per installation, and returns the directory.
 *
 * The package unpacks into the temporary directory, straight to the final name, and its libraries only on AWS Lambda.
 * So a process of its own does it, in a directory of its own, which appears under its final name when complete.
 */
async function unpackChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', packageUrl), 'utf8'))
  const directory = cachePath(`chromium-${version}`)
  if (existsSync(directory)) return directory
  const staging = mkdtempSync(`${directory}-`)
  try {
    const program = `import chromium from ${JSON.stringify(packageUrl)}; await chromium.executablePath()`
    const env = { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env })
    writeFileSync(join(staging, 'fonts.conf'), '<fontconfig><dir prefix="relative">fonts</dir></fontconfig>\n')
    chmodSync(join(staging, 'chromium'), 0o755)
    chmodSync(staging, 0o755)
    renameSync(staging, directory)
  } catch (error) {
    rmSync(staging, { recursive: true, force: true })
    if (!existsSync(directory)) throw error
  }
  return directory
}

/** Where `name` is or shall be: `node_modules/.cache`, or a directory of this user if only another may write there. */
function cachePath(name: string): string {
  const modules = fileURLToPath(new URL('../../../../', packageUrl))
  const installed = join(modules, '.cache', name)
  if (existsSync(installed)) return installed
  if (isWritable(modules)) {
    mkdirSync(dirname(installed), { recursive: true })
    return installed
  }
  const own = join(tmpdir(), `antiphon-${process.getuid?.()}`)
  mkdirSync(own, { recursive: true, mode: 0o700 })
  if (statSync(own).uid !== process.getuid?.()) throw new Error(`${own} belongs to another user`)
  return join(own, name)
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Whether the system lacks a library the browser is linked with (NSS, NSPR, Expat). */
function lacksLibraries(executable: string): boolean {
  return spawnSync('ldd', [executable], { encoding: 'utf8' }).stdout.includes('not found')
}
