/** How pages look: one column of serif text on white, or on black where the reader's screen is dark. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1f2328; --faint: #5b6470; --rule: #e3e5e8; --link: #0b5c99; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ground: #121212; --ink: #e3e5e8; --faint: #9aa3ad; --rule: #363b42; --link: #7ab8f0; }
  .plot { filter: invert(0.93) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 17px/1.55 Charter, "Bitstream Charter", "Iowan Old Style", Georgia, serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 .6rem; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .8rem; }
.lead { font-size: 1.15rem; color: var(--faint); max-width: 44rem; margin: 0; }
section { margin-top: 3.5rem; }
figure { margin: 0; }
.scroll { overflow-x: auto; }
.plot { width: 100%; }
.plot svg { max-width: 100%; height: auto; }
figcaption, .summary, footer, .notes li { font-size: .95rem; }
figcaption { max-width: 46rem; margin-top: .6rem; color: var(--faint); }
figcaption b { color: var(--ink); }
.tables { white-space: nowrap; }
a { color: var(--link); text-underline-offset: .15em; }
.summary { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 1.2rem 2rem; margin: 2.5rem 0 0; padding: 1.4rem 0; border-block: 1px solid var(--rule); }
dt { color: var(--faint); }
dd { margin: .1rem 0 0; font-size: 1.45rem; font-variant-numeric: tabular-nums; }
dd small { display: block; font-size: .85rem; color: var(--faint); }
.notes ul { max-width: 46rem; padding-left: 1.2rem; }
.notes li { margin-bottom: .5rem; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--faint); }
footer p { margin: .3rem 0; }
@media print { section { break-inside: avoid; } main { padding: 0; } }
`;
