"""How a report looks: on a light and on a dark screen, and on paper.

Rules of this file: nothing is fetched, so neither fonts nor pictures are named that a page would
have to load. The two colours of figures that are no data get other values on a dark screen.
"""

from hasim.reporting.figures.drawing import INK, PALE

STYLE = f"""
:root{{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--line:#d5dae0;--page:#fff;
--tint:#f6f8fa;--good:#0b6e4f;--bad:#b3261e;--open:#7a5200}}
@media screen and (prefers-color-scheme:dark){{:root{{--ink:#e6edf3;--soft:#9198a1;--line:#30363d;
--page:#0d1117;--tint:#161b22;--good:#4cc38a;--bad:#ff8b80;--open:#e3b341}}
.figure [fill="{INK}"]{{fill:var(--ink)}}.figure [stroke="{INK}"]{{stroke:var(--ink)}}
.figure [stroke="{PALE}"]{{stroke:var(--line)}}}}
*{{box-sizing:border-box}}
body{{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:62rem;background:var(--page);
color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}}
h1{{font-size:1.9rem;line-height:1.2;margin:0 0 .25rem}}
h2{{font-size:1.45rem;margin:3rem 0 .5rem;padding-top:1rem;border-top:2px solid var(--line)}}
h3{{font-size:1.1rem;margin:2.2rem 0 .6rem}}
h4{{font-size:1rem;margin:1.4rem 0 .4rem}}
.soft,figcaption,.interval{{color:var(--soft)}}
.lead{{font-size:1.12rem}}
figcaption,.interval{{font-size:.86rem}}
.interval{{display:block;white-space:nowrap}}
figure{{margin:1.6rem 0}}
figure svg.marks{{margin-left:-22px}}
figure svg{{display:block;max-width:100%;height:auto;overflow:visible}}
figure:has(svg.wide){{width:min(94vw,88rem);margin-left:calc(50% - min(47vw,44rem))}}
.scroll{{overflow-x:auto;margin:.8rem 0}}
table{{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.95rem}}
th,td{{padding:.34rem 1.2rem .34rem 0;text-align:left;vertical-align:top;
border-bottom:1px solid var(--line)}}
tbody th{{font-weight:normal}}
thead th{{color:var(--soft);font-weight:600;font-size:.84rem;white-space:nowrap}}
.key tbody th,code,pre{{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;
font-size:.85rem}}
pre{{background:var(--tint);padding:.9rem 1rem;overflow-x:auto;border-radius:6px;line-height:1.45}}
code{{overflow-wrap:anywhere}}
.sides tbody th{{white-space:nowrap}}
.met{{color:var(--good);font-weight:600}}
.missed{{color:var(--bad);font-weight:600}}
.open{{color:var(--open);font-weight:600}}
details{{margin:.7rem 0}}summary{{cursor:pointer;color:var(--soft)}}
li{{margin:.2rem 0}}
nav ul{{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;list-style:none;padding:0}}
nav a{{color:inherit}}
@media print{{figure:has(svg.wide){{width:auto;margin-left:0}}
body{{max-width:none;padding:0;font-size:10.5pt}}h2{{break-before:page}}
h3,h4{{break-after:avoid}}figure,tr{{break-inside:avoid}}.scroll,pre{{overflow:visible}}
pre{{white-space:pre-wrap}}}}
"""
