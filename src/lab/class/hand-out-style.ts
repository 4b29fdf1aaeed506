/** How a hand-out looks, on a screen and on A4 or Letter: in the manner of the reports' pages. */
export const style = `
:root { color-scheme: light; --ink: #1f2328; --faint: #5b6470; --rule: #e3e5e8; --link: #0b5c99; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.5 Charter, "Bitstream Charter", "Iowan Old Style", Georgia, serif; }
main { max-width: 50rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .8rem; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.2rem 0 .6rem; }
h1, h2, h3, h4 { break-after: avoid; }
p, ul, ol { margin: .5rem 0; }
a { color: var(--link); text-underline-offset: .15em; }
pre, code { font: .84em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
:not(pre) > code { background: #f4f5f7; padding: .1em .3em; border-radius: 3px; }
pre { margin: .6rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.code { break-inside: avoid; background: #f6f7f9; border: 1px solid var(--rule); border-radius: 4px; padding: .6rem .8rem; }
pre.error { color: #a3231f; }
.out { margin: .4rem 0 1rem .9rem; }
.out pre { color: var(--faint); }
.out pre.error { color: #a3231f; }
.k { color: #7a3e9d; } .c { color: #5f6b76; font-style: italic; } .n { color: #1c5d99; } .s { color: #2c6e49; }
img { display: block; max-width: 100%; height: auto; break-inside: avoid; }
table { border-collapse: collapse; font-size: .88rem; margin: .6rem 0; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
thead th { border-bottom: 1px solid var(--faint); }
footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--rule); color: var(--faint); font-size: .88rem; }
@page { margin: 16mm 15mm 18mm; }
@media print { body { font-size: 10.5pt; } main { max-width: none; padding: 0; } pre.code { font-size: 7.9pt; } tr, .out > div > div { break-inside: avoid; } a { color: inherit; text-decoration: none; } }
`;
