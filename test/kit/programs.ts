import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A kit, and how to run it. */
export interface Kit {
  readonly file: string
  /** What its text names in whatever words: the function that is called, and the algorithm with all of its parameters. */
  readonly names: readonly RegExp[]
  /**
   * The command line that reads deliveries and says what the kit makes of each, before the application and the address of the keys; it may write
   * in the folder. Undefined where the machine does not speak the language.
   */
  readonly run: ((folder: string) => readonly string[] | Promise<readonly string[]>) | undefined
}

const here = (file: string) => join(import.meta.dirname, file)
const kit = (file: string) => here(`../../docs/kit/${file}`)

/** The first of these commands that ends well with these arguments; undefined where none does, or none is on this machine. */
const find = (commands: readonly string[], ...args: string[]): string | undefined =>
  commands.find((command) => spawnSync(command, args, { stdio: 'ignore' }).status === 0)

const execute = promisify(execFile)

const python = find(['python3', '/usr/bin/python3'], '-c', 'import cryptography')
const go = find(['go'], 'version')
const php = find(['php'], '-r', 'exit(extension_loaded("openssl") ? 0 : 1);')
const ruby = find(['ruby'], '-e', 'require "openssl"; OpenSSL::PKey::RSA.instance_method(:verify_pss)')
const java = find(['javac'], '-version') === undefined ? undefined : 'java'
const dotnet = find(['dotnet'], '--list-sdks')

async function buildGo(folder: string): Promise<readonly string[]> {
  mkdirSync(join(folder, 'antiphon'))
  cpSync(kit('go/antiphon.go'), join(folder, 'antiphon/antiphon.go'))
  cpSync(here('go/main.go'), join(folder, 'main.go'))
  writeFileSync(join(folder, 'go.mod'), 'module driver\n\ngo 1.19\n')
  await execute('go', ['build', '-o', 'driver', '.'], { cwd: folder })
  return [join(folder, 'driver')]
}

async function buildJava(folder: string): Promise<readonly string[]> {
  const sources = [kit('java/AntiphonWebhook.java'), here('java/Json.java'), here('java/Driver.java')]
  await execute('javac', ['-Xlint:all', '-Werror', '-d', folder, ...sources])
  return ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', folder, 'Driver']
}

async function buildCSharp(folder: string): Promise<readonly string[]> {
  await execute('dotnet', ['new', 'console', '--name', 'driver', '--output', '.'], { cwd: folder })
  cpSync(kit('csharp/AntiphonWebhook.cs'), join(folder, 'AntiphonWebhook.cs'))
  cpSync(here('csharp/Driver.cs'), join(folder, 'Program.cs'))
  await execute('dotnet', ['build', '-o', 'built'], { cwd: folder })
  return ['dotnet', join(folder, 'built/driver.dll')]
}

/** The kits by language. */
export const KITS: Readonly<Record<string, Kit>> = {
  Node: {
    file: 'node/antiphon-webhook.mjs',
    names: [/events\(body, headers/, /'sha256'/, /RSA_PKCS1_PSS_PADDING/, /saltLength: 32/],
    run: () => [process.execPath, here('driver.mjs')],
  },
  Python: {
    file: 'python/antiphon_webhook.py',
    names: [/def events\(self, body, headers/, /padding\.PSS\(padding\.MGF1\(SHA256\(\)\), salt_length=32\)/],
    run: python === undefined ? undefined : () => [python, here('driver.py')],
  },
  Go: {
    file: 'go/antiphon.go',
    names: [/Events\(body \[\]byte, headers http\.Header/, /crypto\.SHA256/, /VerifyPSS/, /SaltLength: 32/],
    run: go === undefined ? undefined : buildGo,
  },
  PHP: {
    file: 'php/AntiphonWebhook.php',
    names: [/function events\(string \$body/, /'sha256'/, /salt of 32 bytes/, /substr\(\$block, -32\)/],
    run: php === undefined ? undefined : () => [php, here('driver.php')],
  },
  Ruby: {
    file: 'ruby/antiphon_webhook.rb',
    names: [/def events\(body, signature, key_id/, /verify_pss\("SHA256"/, /salt_length: 32, mgf1_hash: "SHA256"/],
    run: ruby === undefined ? undefined : () => [ruby, here('driver.rb')],
  },
  Java: {
    file: 'java/AntiphonWebhook.java',
    names: [
      /events\(byte\[\] body, String signature, String keyId/,
      /"SHA-256", "MGF1", MGF1ParameterSpec\.SHA256, 32, 1/,
    ],
    run: java === undefined ? undefined : buildJava,
  },
  'C#': {
    file: 'csharp/AntiphonWebhook.cs',
    names: [
      /EventsAsync\(byte\[\] body, string signature, string keyId/,
      /HashAlgorithmName\.SHA256, RSASignaturePadding\.Pss/,
    ],
    run: dotnet === undefined ? undefined : buildCSharp,
  },
}
