/** What we use of xmldom. Its own declarations bring those of a browser into every file of ours. */
declare module '@xmldom/xmldom/lib/dom-parser.js' {
  type Complaint = (message: string) => never
  export interface Node {
    readonly nodeType: number
    readonly nodeName: string
    readonly localName?: string | null
    readonly prefix?: string | null
    readonly namespaceURI?: string | null
    readonly nodeValue?: string | null
    readonly attributes?: ArrayLike<Node> | null
    readonly childNodes?: ArrayLike<Node> | null
  }
  export class DOMParser {
    constructor(options: {
      readonly errorHandler: { readonly warning: Complaint; readonly error: Complaint; readonly fatalError: Complaint }
    })
    parseFromString(text: string, type: 'text/xml'): { readonly documentElement: Node }
  }
}
