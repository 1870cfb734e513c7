/** How the page looks, in light and dark, on a narrow screen and on paper. Colours of kinds are those of `--kind-*`. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --dim: #59636e; --back: #fff; --panel: #f6f8fa; --line: #d1d9e0;
  --warn: #9a4b00; --accent: #0a5bc4; --code: #4269d0; --data: #6f93cf; --heap: #d9731a; --stack: #3a9c4c; --anon: #b98a14;
  --shared: #a463f2; --mapped: #3f9c91; --kernel: #9498a0; --several: #c8ccd2; --other: #b08968;
  --c-zero: #a3a9b2; --c-text: #1f9a6e; --c-code: #4269d0; --c-random: #d6455d; --c-other: #a08a74; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9198a1; --back: #0d1117; --panel: #161b22; --line: #3d444d;
  --warn: #f0a868; --accent: #6cb0ff; --several: #57606a; --c-zero: #6b737d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: .2rem 0 .6rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
a { color: var(--accent); }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; font-size: .9rem; }
code, .mono, td.mono { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, monospace; font-size: .85em; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
.facts dt { color: var(--dim); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.rows { grid-template-columns: 8rem 1fr; margin: .2rem 0 .8rem; align-items: baseline; } .rows dt { font-size: .9rem; line-height: 1.4; } .rows dd { white-space: pre-wrap; } .part > summary { cursor: pointer; font-weight: 600; }
.unusual { border: 1px solid var(--warn); border-radius: 6px; padding: .5rem .8rem; margin: 1rem 0; list-style-position: inside; }
.unusual b { color: var(--warn); }
.note, .dim { color: var(--dim); } .note { font-size: .88rem; margin: .3rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; color: var(--dim); font-weight: 600; border-bottom: 1px solid var(--line); }
th, td { padding: .2rem .6rem .2rem 0; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody tr:hover { background: var(--panel); }
input[type=search] { font: inherit; padding: .25rem .5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back);
  color: inherit; width: min(24rem, 100%); margin-bottom: .5rem; }
details.process { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: 0 .8rem; }
details.process > summary { padding: .35rem 0; cursor: pointer; overflow-wrap: anywhere; }
details.process:target, details.process[open] { background: var(--panel); }
details details summary { cursor: pointer; color: var(--accent); }
.bar { display: block; width: 100%; height: 26px; } .row { display: grid; grid-template-columns: 11rem 1fr; gap: .6rem; align-items: center; margin: 3px 0; }
.row > a { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .88rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; font-size: .85rem; color: var(--dim); }
.legend span::before { content: ""; display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .35em; background: var(--c); }
svg text { fill: var(--text); font: 11px system-ui, sans-serif; } svg a text { fill: var(--accent); }
svg .on { fill: #fff; paint-order: stroke; stroke: rgb(0 0 0 / .45); stroke-width: 2px; }
.arc { fill: none; stroke-width: 1.6; } .arc:hover { stroke-width: 4; }
.k-code { --c: var(--code); } .k-data { --c: var(--data); } .k-heap { --c: var(--heap); } .k-stack { --c: var(--stack); }
.k-anon { --c: var(--anon); } .k-shared { --c: var(--shared); } .k-mapped { --c: var(--mapped); } .k-kernel { --c: var(--kernel); }
.k-several { --c: var(--several); } .k-other { --c: var(--other); }
.c-zero { --c: var(--c-zero); } .c-text { --c: var(--c-text); } .c-code { --c: var(--c-code); } .c-random { --c: var(--c-random); } .c-other { --c: var(--c-other); }
.k-pipe { --c: var(--heap); } .k-socket { --c: var(--code); } .k-memory { --c: var(--shared); } .k-file { --c: var(--kernel); }
rect.saved, rect.leaf, rect.solid, rect[class^=c-] { fill: var(--c); } rect.frame { fill: var(--c); fill-opacity: .22; } .arc { stroke: var(--c); }
.content rect.frame { fill: var(--several); fill-opacity: .3; }
svg[height="0"] { position: absolute; }
rect.parent { fill: var(--c); fill-opacity: .55; } rect.lazy { fill: url(#lazy); }
rect.leaf { stroke: var(--back); stroke-width: 1; }
[hidden] { display: none !important; }
@media (max-width: 40rem) { body { padding: .6rem; } .row { grid-template-columns: 1fr; gap: 0; } .facts { grid-template-columns: 1fr; }
  .facts dt { margin-top: .3rem; } .rows { grid-template-columns: 6.5rem 1fr; } .rows dt { margin: 0; } h2 { margin-top: 1.6rem; } }
@media screen { #process-list { max-height: 80vh; overflow-y: auto; } }
@media print { nav, input[type=search] { display: none; } body { max-width: none; } details.process { break-inside: avoid; } }
`;
