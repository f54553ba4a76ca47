/** What the pages look like: as the demo's, light and dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f7f8, #0d1216);
  --surface: light-dark(#ffffff, #151c22);
  --raised: light-dark(#f8fafb, #1a232a);
  --ink: light-dark(#13212b, #e6edf1);
  --soft: light-dark(#55646f, #9dadb8);
  --line: light-dark(#e0e6ea, #28333c);
  --accent: light-dark(#0b6e63, #56cfbf);
  --on-accent: light-dark(#ffffff, #04211d);
  --accent-wash: light-dark(#e2f2ef, #12302c);
  --amber: light-dark(#8a5200, #f0b45c);
  --amber-wash: light-dark(#fcf0da, #35280f);
  --red: light-dark(#b3261e, #f28b82);
  --red-wash: light-dark(#fbe9e7, #3a1b19);
  --s0: light-dark(#0b6e63, #3fb8a8);
  --s1: light-dark(#8f7fe0, #8878dd);
  --s2: light-dark(#e0a13a, #c78a26);
  --s3: light-dark(#c9577f, #c9577f);
  --s4: light-dark(#5a9bd4, #4a86ba);
  --s5: light-dark(#cdd5da, #3d4953);
  --mark: light-dark(#13212b99, #ffffffa6);
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px / 1.55 var(--sans); -webkit-text-size-adjust: 100%; }
h1, h2, p, ul, ol, dl, dd, figure { margin: 0; }
h1 { font-size: clamp(1.25rem, 1rem + 1.4vw, 1.75rem); line-height: 1.28; letter-spacing: -0.015em; font-weight: 650; text-wrap: pretty; }
h1:focus { outline: none; }
h2 { font-size: 1.06rem; line-height: 1.35; font-weight: 650; }
code { font-family: var(--mono); font-size: 0.86em; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.wide { width: min(1200px, 100% - 2.5rem); margin-inline: auto; }
.soft { color: var(--soft); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.masthead { background: var(--surface); border-bottom: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: 0.65rem; padding-block: 0.8rem; }
.brand-name { font-size: 1.15rem; font-weight: 700; letter-spacing: -0.015em; }
.brand-line { padding-left: 0.75rem; border-left: 1px solid var(--line); color: var(--soft); font-size: 0.9rem; }
main { display: grid; gap: 1.25rem; padding-block: 1.5rem 2.5rem; }
.card { min-width: 0; padding: 1.25rem 1.35rem; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); }
.card > * + * { margin-top: 0.75rem; }
.open { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem 1rem; }
.open > * + * { margin-top: 0; }
.field { display: grid; gap: 0.2rem; flex: 1 1 12rem; }
label { font-size: 0.86rem; font-weight: 600; }
input, button { min-height: 2.4rem; border: 1px solid light-dark(#7d8b95, #6b7a85); border-radius: 9px; padding: 0.35rem 0.75rem; font: inherit; color: inherit; background: var(--surface); min-width: 0; }
button { border-color: transparent; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
button:disabled { opacity: 0.6; cursor: default; }
.problem { flex-basis: 100%; color: var(--red); font-weight: 600; }
.problem:empty { display: none; }
#report, #report:empty { display: contents; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; }
.verdict { border-left-width: 6px; border-left-style: solid; }
.verdict.yes { border-left-color: var(--accent); background: var(--accent-wash); }
.verdict.no { border-left-color: var(--red); background: var(--red-wash); }
.verdict.unclear { border-left-color: var(--amber); background: var(--amber-wash); }
.conditions { display: grid; gap: 0.35rem; padding: 0; list-style: none; }
.conditions li { display: flex; gap: 0.6rem; }
.state { display: flex; align-items: center; gap: 0.35rem; flex: none; width: 6.6rem; height: 1.55em; font-weight: 700; }
.state path { fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.state.met { color: var(--accent); }
.state.failed { color: var(--red); }
.state.unknown { color: var(--amber); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.4rem, 1fr)); gap: 0.75rem 1.25rem; }
.figures dt { color: var(--soft); font-size: 0.86rem; }
.figures dd { font-size: 1.35rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; padding: 0; list-style: none; font-size: 0.86rem; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
svg { display: block; overflow: visible; }
.plot { margin-left: 2.6rem; width: calc(100% - 2.6rem); }
.swatch { flex: none; }
.axis { fill: var(--soft); font: 12px var(--sans); }
.axis.middle { text-anchor: middle; }
.axis.end { text-anchor: end; }
line.grid { stroke: var(--line); }
.base { stroke: var(--soft); }
.zero { fill: var(--soft); }
.frame { fill: none; stroke: var(--line); }
.part { stroke: var(--surface); stroke-width: 1; }
.ground.s0 { fill: var(--s0); } .ground.s1 { fill: var(--s1); } .ground.s2 { fill: var(--s2); }
.ground.s3 { fill: var(--s3); } .ground.s4 { fill: var(--s4); } .ground.s5 { fill: var(--s5); }
.mark { fill: none; stroke: var(--mark); stroke-width: 1.2; }
.m2 { stroke-width: 2.4; stroke-linecap: round; }
details > summary { cursor: pointer; color: var(--accent); font-size: 0.9rem; font-weight: 600; }
details > * + * { margin-top: 0.6rem; }
.scroll { overflow: auto; max-height: 22rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.35rem 0.9rem 0.35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 6rem; overflow-wrap: break-word; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
progress { width: 100%; height: 0.7rem; accent-color: var(--accent); }
pre { margin: 0; padding: 0.7rem 0.85rem; border: 1px solid var(--line); border-radius: 9px; background: var(--raised); overflow: auto; font: 0.84rem / 1.5 var(--mono); }
.list { padding-left: 1.2rem; }
time { white-space: nowrap; }
.samples { padding: 0; list-style: none; font-size: 0.9rem; }
.samples li { padding-block: 0.4rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.sample { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.9rem; }
@media (max-width: 880px) { .grid { grid-template-columns: minmax(0, 1fr); } .brand-line { display: none; } }
@media (max-width: 480px) { .wide { width: calc(100% - 1.5rem); } .card { padding: 1.05rem; } }
`
