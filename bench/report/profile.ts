/** A V8 CPU profile, as much of it as we read. */
export type CpuProfile = {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

type ProfileNode = {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

type Rule = readonly [purpose: string, matches: (functionName: string, url: string) => boolean]

const IDLE = 'idle'
const called =
  (...names: string[]) =>
  (functionName: string) =>
    names.includes(functionName)
const within = (pattern: RegExp) => (_functionName: string, url: string) => pattern.test(url)

/** Purposes from the particular to the general: a sample belongs to the innermost frame that any rule knows. */
const RULES: readonly Rule[] = [
  [IDLE, called('(idle)')],
  ['garbage collection', called('(garbage collector)')],
  ['kernel and runtime outside JavaScript', called('(program)')],
  ['signature check of the DPoP proof', called('verifyOneShot')],
  ['signature of the access token', called('signOneShot')],
  ['hashes and MACs', called('Hmac', 'Hash', 'oneShotDigest')],
  ['hashes and MACs', within(/^node:internal\/crypto\/hash/)],
  ['other crypto and random', within(/^node:internal\/crypto/)],
  ['storage', within(/\/platform\/(db|dialect|group)|\/store\.ts$|node_modules\/(kysely|pg|pg-[\w-]+)\//)],
  ['log lines', within(/\/platform\/log|node_modules\/(pino|sonic-boom|thread-stream)\//)],
  ['metrics', within(/\/platform\/metrics|node_modules\/prom-client\//)],
  ['HTTP and sockets of Node', within(/^node:(_http|http|net|internal\/(stream|http))/)],
  ['Fastify', within(/node_modules\/(fastify|@fastify|find-my-way|avvio|light-my-request|secure-json-parse)/)],
  ['schemas', within(/node_modules\/zod\//)],
  ['crypto: encoding and checks in JavaScript', within(/\/src\/crypto\//)],
  ['the server’s own JavaScript', within(/\/src\//)],
  ['other libraries', within(/node_modules\//)],
]

/** The share of busy time by purpose, greatest first. */
export function sharesOf(profile: CpuProfile): { purpose: string; share: number }[] {
  const purposeOf = classifier(profile)
  const spent = new Map<string, number>()
  for (const [i, id] of profile.samples.entries()) {
    const purpose = purposeOf(id)
    if (purpose === IDLE) continue
    spent.set(purpose, (spent.get(purpose) ?? 0) + (profile.timeDeltas[i] ?? 0))
  }
  const total = [...spent.values()].reduce((sum, micros) => sum + micros, 0)
  return [...spent]
    .map(([purpose, micros]) => ({ purpose, share: micros / total }))
    .toSorted((a, b) => b.share - a.share)
}

function classifier(profile: CpuProfile): (id: number) => string {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])))
  const known = new Map<number, string>()
  const purposeOf = (id: number): string => {
    const found = known.get(id)
    if (found !== undefined) return found
    const frame = nodes.get(id)?.callFrame
    const rule = frame && RULES.find(([, matches]) => matches(frame.functionName, frame.url))
    const parent = parents.get(id)
    const purpose = rule?.[0] ?? (parent === undefined ? 'the rest of Node' : purposeOf(parent))
    known.set(id, purpose)
    return purpose
  }
  return purposeOf
}

/** Where the CPU time of one request goes. */
export function profileTable(profile: CpuProfile, cpuMicrosPerRequest: number): string {
  const lines = sharesOf(profile)
    .filter(({ share }) => share >= 0.005)
    .map(({ purpose, share }) => {
      return `| ${purpose} | ${(share * 100).toFixed(1)} % | ${(share * cpuMicrosPerRequest).toFixed(1)} |`
    })
  return ['| where | share | µs/request |', '|---|---:|---:|', ...lines].join('\n')
}
