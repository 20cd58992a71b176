/** The page's style: light and dark by the system or the toggle, and a form for paper. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfbfa;--card:#fff;--ink:#1c1f23;--quiet:#5b636d;--line:#dcdfe3;--link:#0b57a4;
--critical:#b3261e;--critical-bg:#fdecea;--warning:#8a5300;--warning-bg:#fff3dc;--note:#3b5b8c;--note-bg:#eaf1fb;--fine:#2d6a4f;--fine-bar:#6fae90}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--paper:#14171b;--card:#1b1f24;--ink:#e6e8eb;--quiet:#a3abb5;--line:#333a43;--link:#8bbcf5;
--critical:#ff8a80;--critical-bg:#3b1a18;--warning:#f2b661;--warning-bg:#362812;--note:#9dbcf0;--note-bg:#1c2737;--fine:#8fd3b0;--fine-bar:#4c8a6c}}
:root[data-theme=dark]{color-scheme:dark;--paper:#14171b;--card:#1b1f24;--ink:#e6e8eb;--quiet:#a3abb5;--line:#333a43;--link:#8bbcf5;
--critical:#ff8a80;--critical-bg:#3b1a18;--warning:#f2b661;--warning-bg:#362812;--note:#9dbcf0;--note-bg:#1c2737;--fine:#8fd3b0;--fine-bar:#4c8a6c}
:root[data-theme=light]{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:1240px;margin:0 auto;padding:0 20px}
a{color:var(--link)}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:6px 10px;z-index:9}
header{padding-top:28px;display:flex;gap:16px;align-items:flex-start;flex-wrap:wrap}
header>div{flex:1;min-width:260px}
h1{font-size:22px;line-height:1.25;margin:0 0 4px}h2{font-size:16px;margin:36px 0 10px}
.quiet{color:var(--quiet)}
button,select,input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:5px 10px}
button{cursor:pointer}button:hover{border-color:var(--quiet)}
.status{display:inline-block;padding:2px 10px;border-radius:99px;font-weight:650;font-size:13px;letter-spacing:.03em;vertical-align:3px;margin-left:8px}
.CRITICAL{background:var(--critical-bg);color:var(--critical)}.WARNING,.UNKNOWN{background:var(--warning-bg);color:var(--warning)}.OK{background:var(--note-bg);color:var(--fine)}
.counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:22px 0 0;padding:0;list-style:none}
.counts li{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px;color:var(--quiet);font-size:13px}
.counts b{display:block;font-size:24px;line-height:1.2;color:var(--ink);font-weight:600;font-variant-numeric:tabular-nums}
.counts .critical b{color:var(--critical)}.counts .warning b{color:var(--warning)}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px;overflow-x:auto}
svg{display:block;width:100%;min-width:640px;height:auto}
svg text{fill:var(--ink);font:12px system-ui,sans-serif}svg .label{fill:var(--quiet);text-anchor:middle;font-size:11px}svg .now{fill:var(--ink);font-weight:600}
.axis,.tick{stroke:var(--line)}.today{stroke:var(--quiet);stroke-dasharray:3 3}
.bar.fine{fill:var(--fine-bar)}.bar.note{fill:var(--note)}.bar.warning{fill:var(--warning)}.bar.critical{fill:var(--critical)}
.bin{cursor:pointer}.bin:hover .bar,.bin:focus .bar{opacity:.75}
.edge{fill:none;stroke:var(--line);stroke-width:1.5}.edge.critical{stroke:var(--critical)}.edge.warning{stroke:var(--warning)}.edge.use{stroke:var(--line);stroke-width:1}
.node{fill:var(--paper);stroke:var(--line)}.node.ca{stroke:var(--quiet)}.node.critical{stroke:var(--critical);fill:var(--critical-bg)}.node.warning{stroke:var(--warning);fill:var(--warning-bg)}.node.component{fill:var(--note-bg);stroke:none}
.graph a text{fill:var(--link)}
.findings{list-style:none;margin:0;padding:0;display:grid;gap:8px}
.findings>li{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);border-radius:6px;padding:10px 14px;overflow-wrap:anywhere}
.findings .critical{border-left-color:var(--critical)}.findings .warning{border-left-color:var(--warning)}.findings .note{border-left-color:var(--note)}
.word{font-weight:650}.critical .word{color:var(--critical)}.warning .word{color:var(--warning)}.note .word{color:var(--note)}
.findings p{margin:2px 0}.findings dl{display:grid;grid-template-columns:max-content 1fr;gap:0 12px;margin:4px 0 0;font-size:14px}
dt{color:var(--quiet)}dd{margin:0}
code,pre,td.mono{font:13px/1.45 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
.tools{display:flex;gap:10px;flex-wrap:wrap;align-items:end;margin-bottom:10px}
.tools label{display:grid;gap:2px;font-size:13px;color:var(--quiet)}.tools input{width:min(420px,80vw)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:7px 12px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere;min-width:7em}
th.days,td.days{text-align:right;min-width:4.5em;font-variant-numeric:tabular-nums;white-space:nowrap}
thead th{position:sticky;top:0;background:var(--card);font-weight:600;font-size:13px;white-space:nowrap}
th button{border:0;background:none;padding:0;font-weight:600}th[aria-sort=ascending] button::after{content:" \\2191"}th[aria-sort=descending] button::after{content:" \\2193"}
tr:target td{background:var(--note-bg)}
tr.critical .days{color:var(--critical);font-weight:650}tr.warning .days{color:var(--warning);font-weight:650}
td ul{margin:0;padding:0;list-style:none}
.tree,.tree ul{padding-left:20px}details summary{cursor:pointer;color:var(--quiet);margin-top:8px}
dialog{width:min(920px,94vw);max-height:88vh;border:1px solid var(--line);border-radius:10px;background:var(--card);color:var(--ink);padding:0}
dialog::backdrop{background:rgba(0,0,0,.45)}
dialog form{display:flex;justify-content:space-between;align-items:center;gap:12px;padding:12px 16px;border-bottom:1px solid var(--line);position:sticky;top:0;background:var(--card)}
dialog h2{margin:0;overflow-wrap:anywhere}dialog pre{margin:0;padding:16px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
footer{padding-top:28px;padding-bottom:40px;font-size:13px}
[hidden]{display:none!important}
@media (max-width:640px){main,header,footer{padding-left:12px;padding-right:12px}th,td{padding:6px 8px}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{:root,:root[data-theme=dark]{--paper:#fff;--card:#fff;--ink:#000;--quiet:#444;--line:#bbb;--link:#000;--critical:#a00;--warning:#740;--note:#246;--critical-bg:#fff;--warning-bg:#fff;--note-bg:#fff}
body{font-size:11px}.tools,.theme,.skip,td.open,th.open{display:none}main,header,footer{max-width:none;padding:0}
figure{break-inside:avoid}tr,li{break-inside:avoid}thead{display:table-header-group}thead th{position:static}.scroll{overflow:visible;border:0}svg{min-width:0}table{font-size:9.5px}th,td{min-width:0;padding:3px 5px}}
`;
