/** What the page of runs does in the reader's browser, and how its tables and curves look. */
export const script = `
const rows = [...document.querySelectorAll("#runs tbody tr")];
const panels = document.querySelector(".panels");
const kept = new Set();
const linesOf = (run) => document.querySelectorAll(".r" + run);
const show = (over) => {
  panels.classList.toggle("some", kept.size > 0 || over !== undefined);
  for (const line of document.querySelectorAll(".c.on")) if (!kept.has(line.dataset.run)) line.classList.remove("on");
  for (const run of over === undefined ? kept : [...kept, over])
    for (const line of linesOf(run)) { line.classList.add("on"); line.parentNode.append(line); }
  for (const row of rows) row.classList.toggle("on", kept.has(row.dataset.run) || row.dataset.run === over);
};
const keep = (run) => { if (!kept.delete(run)) kept.add(run); show(); };
for (const row of rows) {
  row.onmouseenter = () => show(row.dataset.run);
  row.onmouseleave = () => show();
  row.onclick = () => keep(row.dataset.run);
}
panels.onmouseover = ({ target }) => target.dataset.run && show(target.dataset.run);
panels.onmouseout = ({ target }) => target.dataset.run && show();
panels.onclick = ({ target }) => target.dataset.run && keep(target.dataset.run);
const only = document.getElementById("only");
only.oninput = () => {
  const words = only.value.toLowerCase().split(/\\s+/);
  let shown = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    shown += !row.hidden;
    for (const line of linesOf(row.dataset.run)) line.style.display = row.hidden ? "none" : "";
  }
  document.getElementById("count").textContent = shown + " of " + rows.length;
};
document.querySelectorAll("#runs th").forEach((head, at) => {
  let way = 1;
  head.onclick = () => {
    const value = (row) => { const { title, textContent } = row.cells[at]; return title || textContent; };
    const number = head.classList.contains("n");
    const order = (a, b) => number ? a - b : a < b ? -1 : a > b ? 1 : 0;
    const body = document.querySelector("#runs tbody");
    body.append(...[...rows].sort((a, b) => (value(a) === "") - (value(b) === "") || way * order(value(a), value(b))));
    way = -way;
  };
});
`;

export const ownStyle = `
main { max-width: 84rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem 2rem; }
.c { stroke-width: 1.2; stroke-linecap: round; stroke-linejoin: round; opacity: .55; }
.c[d$="h0"] { stroke-width: 5; }
.some .c { opacity: .12; }
.some .c.on { opacity: 1; stroke-width: 2.4; }
.keys { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: 0 0 1rem; font-size: .95rem; }
.key { width: 34px; height: 8px; margin-right: .45em; vertical-align: middle; }
i { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .45em; }
.hint { font-size: .95rem; color: var(--faint); margin: .4rem 0 .8rem; }
input { font: inherit; padding: .1rem .4rem; }
table { border-collapse: collapse; font: 13px/1.4 Helvetica, Arial, sans-serif; font-variant-numeric: tabular-nums; }
.scroll { max-height: 60vh; overflow: auto; }
th, td { padding: .25rem .8rem .25rem 0; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--rule); max-width: 32rem; overflow: hidden; text-overflow: ellipsis; }
th { position: sticky; top: 0; background: var(--ground); }
#runs th, #runs tbody tr { cursor: pointer; }
.n { text-align: right; }
tr.on td { background: color-mix(in srgb, var(--link) 14%, transparent); }
summary { cursor: pointer; }
@media screen and (prefers-color-scheme: dark) { i { filter: invert(0.93) hue-rotate(180deg); } }
`;
