import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HOST } from './page.ts'
import type { Algorithm } from './stage.ts'

/** A section of the guide, and how its code is run. Programs read tokens, one on a line, and write 200, 403 or 401 for each. */
export interface Program {
  readonly heading: string
  readonly algorithms: readonly Algorithm[]
  /** Makes the program of the code, in the folder; answers its command line. Undefined where the language or its library is not on this machine. */
  readonly build:
    | ((folder: string, code: string, origin: string) => readonly string[] | Promise<readonly string[]>)
    | undefined
}

/** The first of these commands that ends well; undefined where none does, or none is on this machine. */
const find = (commands: readonly string[], ...args: string[]): string | undefined =>
  commands.find((command) => spawnSync(command, args, { stdio: 'ignore' }).status === 0)

const python = find(['python3', '/usr/bin/python3'], '-c', 'import jwt, cryptography')
const ruby = find(['ruby'], '-e', 'require "jwt"')
const php = find(['php'], '-r', 'exit(extension_loaded("sodium") && extension_loaded("openssl") ? 0 : 1);')
/** As Debian has it: without modules, and an older release of the library, which has what the guide uses. */
const GO = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' }
const go = spawnSync('go', ['list', 'github.com/coreos/go-oidc'], { stdio: 'ignore', env: GO }).status === 0

const PYTHON = `
import sys
for line in sys.stdin:
    try:
        print(200 if verify(line.strip()).get("scope") == "orders:read" else 403)
    except Exception:
        print(401)
`
const RUBY = `
$stdin.each_line(chomp: true) do |token|
  puts verify(token)["scope"] == "orders:read" ? 200 : 403
rescue JWT::DecodeError
  puts 401
end
`
const PHP = `
$keys = json_decode(file_get_contents('https://${HOST}/.well-known/jwks.json'), true)['keys'];
while (($token = fgets(STDIN)) !== false) {
    try {
        echo (verify(trim($token), $keys, time())['scope'] ?? '') === 'orders:read' ? 200 : 403, "\\n";
    } catch (Throwable) {
        echo "401\\n";
    }
}
`
const GO_MAIN = `
func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		claims, err := Verify(context.Background(), lines.Text())
		switch {
		case err != nil:
			fmt.Println(401)
		case claims.Scope != "orders:read":
			fmt.Println(403)
		default:
			fmt.Println(200)
		}
	}
}
`

const dialling = (origin: string, code: string) => code.replaceAll(`https://${HOST}`, origin)

const script =
  (command: string, name: string, after: string, before = '') =>
  (folder: string, code: string, origin: string): readonly string[] => {
    writeFileSync(join(folder, name), dialling(origin, `${before}${code}\n${after}`))
    return [command, join(folder, name)]
  }

async function buildGo(folder: string, code: string, origin: string): Promise<readonly string[]> {
  const main = code
    .replace('package verify', 'package main')
    .replace('import (', 'import (\n\t"bufio"\n\t"fmt"\n\t"os"')
    .replace('github.com/coreos/go-oidc/v3/oidc', 'github.com/coreos/go-oidc')
  writeFileSync(join(folder, 'main.go'), dialling(origin, main + GO_MAIN))
  await promisify(execFile)('go', ['build', '-o', join(folder, 'verify'), join(folder, 'main.go')], { env: GO })
  return [join(folder, 'verify')]
}

const ALL = ['RS256', 'EdDSA'] as const

export const PROGRAMS: Readonly<Record<string, Program>> = {
  Python: {
    heading: '## 5. Python',
    algorithms: ALL,
    build: python === undefined ? undefined : script(python, 'verify.py', PYTHON),
  },
  Go: { heading: '## 6. Go', algorithms: ALL, build: go ? buildGo : undefined },
  PHP: {
    heading: '### Without a package',
    algorithms: ['EdDSA'],
    build: php === undefined ? undefined : script(php, 'verify.php', PHP, '<?php\n'),
  },
  Ruby: {
    heading: '## 9. Ruby',
    algorithms: ['RS256', 'ES256'],
    build: ruby === undefined ? undefined : script(ruby, 'verify.rb', RUBY),
  },
}
