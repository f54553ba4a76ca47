export interface WelcomeFacts {
  readonly version: string
  /** `localhost:8443` */
  readonly authority: string
  /** Where the application of the guides answers. */
  readonly guideOrigin: string
  /** Under which the same server answers by the name of the application. */
  readonly baseDomain: string
  readonly managementKey: string
  readonly instanceKey: string
  /** The file with the key of the application of the guides. */
  readonly guideKeyFile: string
  readonly folder: string
  readonly certificate: string
  readonly consoleOrigin: string
  /** What lets into the console, once. */
  readonly invitation: string
}

/** What `antiphon dev` says when it is ready. */
export function welcome(facts: WelcomeFacts): string {
  const { authority, managementKey, certificate } = facts
  const origin = `https://${authority}`
  return `
  Antiphon ${facts.version} is ready.

    Demo            ${origin}/demo/
    Mailbox         ${origin}/demo/mailbox/
                    every code that is "sent"
    Migration       ${origin}/migration/
                    can the old system be switched off, and who would notice?
    Console         ${facts.consoleOrigin}/
                    you get in, once, within 15 minutes, by
                    ${facts.consoleOrigin}/#invitation=${facts.invitation}
    Frontend API    ${origin}/v1/session/
                    domain for the SDKs: "${authority}" or "demo.${facts.baseDomain}"
    Management API  ${origin}/v2/session/apps/demo/
    API page        ${origin}/docs/
                    every operation of both
    Public keys     ${origin}/.well-known/jwks.json
    Guides          ${facts.guideOrigin}
                    application "guide", for their commands: its key is in
                    ${facts.guideKeyFile}

    Key of demo     ${managementKey}
    Instance key    ${facts.instanceKey}

    Data            ${facts.folder}
                    delete this folder to begin anew
    Certificate     ${certificate}
                    self-signed: the browser asks once

  Try it:

    curl --cacert '${certificate}' -H 'Authorization: Bearer ${managementKey}' \\
      ${origin}/v2/session/apps/demo

  Application "demo" answers at any host but 127.0.0.1. This is for development, not for production. Stop with Ctrl-C.
`
}
