/** A document that is shown: its file below the page, and what it is called there. */
export interface Shown {
  readonly file: string
  readonly title: string
}

/** On a phone the title of an operation may be longer than its line: the page must not scroll sideways for it. */
const STYLES = 'html, body { overflow-x: clip }'

/** Runs once the script is there. Nothing is asked for elsewhere: no font, no proxy, no telemetry, no chat. */
export const startScript = (shown: readonly Shown[]): string => `Scalar.createApiReference('#api', ${JSON.stringify(
  {
    sources: shown.map(({ file, title }) => ({ title, slug: file.replace('.json', ''), url: `./${file}` })),
    withDefaultFonts: false,
    customCss: STYLES,
    telemetry: false,
    hideTestRequestButton: true,
    hideClientButton: true,
    showDeveloperTools: 'never',
    persistAuth: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    documentDownloadType: 'json',
    favicon: './icon.svg',
  },
  null,
  2,
)})
`

export const renderPage = (shown: readonly Shown[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Antiphon API</title>
<link rel="icon" href="./icon.svg">
</head>
<body>
<div id="api"></div>
<noscript>This page needs JavaScript. The documents themselves: ${shown.map(({ file, title }) => `<a href="./${file}">${title}</a>`).join(', ')}.</noscript>
<script src="./scalar.js"></script>
<script src="./start.js"></script>
</body>
</html>
`

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><title>Antiphon</title><rect width="32" height="32" rx="8" fill="#0b6e63"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"><path d="M14 8.5a9 9 0 0 0 0 15"/><path d="M18 23.5a9 9 0 0 0 0-15" opacity=".72"/></g><circle cx="16" cy="16" r="2.4" fill="#fff"/></svg>`
