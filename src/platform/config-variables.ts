export const DEFAULT_DATABASE_URL = 'sqlite:./data/antiphon.db'

/** The variables of the process, for its documentation: name, default, meaning. In order of importance. */
export const VARIABLES: readonly (readonly [name: string, fallback: string, meaning: string])[] = [
  [
    'ANTIPHON_DATABASE_URL',
    DEFAULT_DATABASE_URL,
    '`sqlite:<path>` or `postgres://…`, with `?pooler=transaction` behind a pooler in that mode',
  ],
  ['ANTIPHON_EXPECT_DATABASE', 'false', '`true` refuses to make a database anew: an unmounted volume looks like none'],
  [
    'ANTIPHON_LISTEN',
    '127.0.0.1:8080',
    'host:port to listen on; port 0 picks a free one. By default only this machine gets there: in a container, or for others, `0.0.0.0:8080`',
  ],
  [
    'ANTIPHON_MASTER_KEY',
    'none, required',
    '32 bytes in base64; seals private keys. Where `ANTIPHON_MASTER_KEY_FILE` names a file beside a SQLite database, and neither exists, `serve` makes both',
  ],
  [
    'ANTIPHON_MASTER_KEY_PREVIOUS',
    'none',
    'master keys of before, newest first, comma-separated, or in `ANTIPHON_MASTER_KEY_PREVIOUS_FILE` with a line each: what hangs on them goes on; see [Rotate keys](guide/rotate-keys.md)',
  ],
  ['ANTIPHON_BASE_DOMAIN', 'session.localhost', 'application `demo` answers at `demo.<base domain>`'],
  ['ANTIPHON_PUBLIC_SCHEME', 'https', '`https` or `http`: the scheme that clients dial'],
  ['ANTIPHON_TLS_CERT', 'none', 'PEM file: serve TLS ourselves, with ANTIPHON_TLS_KEY'],
  ['ANTIPHON_TLS_KEY', 'none', 'PEM file: the private key of the certificate'],
  [
    'ANTIPHON_DRAIN_SECONDS',
    '5',
    'for how long, 0 to 300 seconds, requests are still taken after SIGTERM, while `/readyz` says no: a balancer needs a moment to notice. The process ends ten seconds later at the latest',
  ],
  ['ANTIPHON_TRUSTED_PROXIES', 'none', 'addresses or CIDR ranges, comma-separated, whose X-Forwarded-For counts'],
  ['ANTIPHON_DEFAULT_APP', 'none', 'application of requests whose host matches none; for development'],
  ['ANTIPHON_ALLOW_PRIVATE_HOOKS', 'false', '`true` lets hooks point at private addresses and use plain http'],
  ['ANTIPHON_CA_FILE', 'none', 'PEM file: certificate authorities to trust besides the usual, for outbound calls'],
  [
    'ANTIPHON_FIDO_MDS_FILE',
    'none',
    'the file that the FIDO Alliance publishes at https://mds3.fidoalliance.org: by it models on an `aaguid_allowlist` are proven. Read once, at the start',
  ],
  [
    'ANTIPHON_DNS_SERVERS',
    'those of the system',
    'addresses, comma-separated, perhaps with a port: name servers to ask what custom domains point at, where those of the system see other records than the world does',
  ],
  [
    'ANTIPHON_PROCESSES',
    'none',
    '`auto` or 1 to 128, as `serve --processes`: so many processes share the address beneath a supervisor; `auto`: one for each processor. With PostgreSQL alone; see [Many cores](guide/many-cores.md)',
  ],
  [
    'ANTIPHON_DATABASE_POOL',
    '16, of many processes less',
    'connections to PostgreSQL, 2 to 500, that each process has at most. With more than four `ANTIPHON_PROCESSES` it is 64 divided by their number, at least 4',
  ],
  [
    'ANTIPHON_METRICS_LISTEN',
    'none',
    'host:port to serve /metrics on, and whether a name may have a certificate; without it nobody is told',
  ],
  [
    'ANTIPHON_CONSOLE_LISTEN',
    'none',
    'host:port to serve the [console](guide/console.md) on, by itself; without it, and without a name, there is none',
  ],
  [
    'ANTIPHON_CONSOLE_HOST',
    'none',
    'the name at which browsers reach the console, perhaps with a port; without ANTIPHON_CONSOLE_LISTEN it is served on the main listener, at that name alone',
  ],
  [
    'ANTIPHON_CONSOLE_OIDC_ISSUER',
    'none',
    'the issuer of your company’s OpenID provider, by which [operators get in](guide/console.md#by-your-companys-login), with the two variables below',
  ],
  ['ANTIPHON_CONSOLE_OIDC_CLIENT_ID', 'none', 'the console as a client of that provider'],
  ['ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET', 'none', 'its secret'],
  ['ANTIPHON_METRICS_PUBLIC', 'false', '`true` serves /metrics on the main listener too, to anybody'],
  [
    'ANTIPHON_URL',
    'none',
    'of a running server, on which the commands then work that its management API has, in the place of the database. The server itself reads none',
  ],
  [
    'ANTIPHON_MANAGEMENT_KEY',
    'none',
    'a management key, for commands that work on a running server. The server itself reads none',
  ],
  ['ANTIPHON_LOG_LEVEL', 'info', '`fatal`, `error`, `warn`, `info`, `debug` or `silent`'],
  [
    'ANTIPHON_LOG_REQUESTS',
    'true',
    '`false` leaves out of the log the line that each answered request has at level `info`',
  ],
  [
    'ANTIPHON_TRUST_TRACEPARENT',
    'false',
    '`true` goes on with the trace that a request names by `traceparent`: where no stranger can send one. It matters with [traces](guide/traces.md) alone',
  ],
]
