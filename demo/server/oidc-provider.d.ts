/** The package's front door warns on stderr about every release of Node that is not LTS yet. This one behind it does not. */
declare module 'oidc-provider/lib/provider.js' {
  export { default as Provider } from 'oidc-provider'
}
