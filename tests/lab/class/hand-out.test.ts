/** The page of a notebook: what it shows of each kind of output, that it can do nothing, and that Chromium prints it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { colouredTypeScript } from "../../../src/lab/class/code-colours.js";
import { handOut } from "../../../src/lab/class/hand-out.js";
import { printer } from "../../../src/lab/figures/printer.js";
import { findBrowser } from "../../../src/lab/jupyter/browser.js";
import type { MimeBundle, Notebook, Output } from "../../../src/lab/notebook/notebook.js";
import { notebookOf } from "../fixture.js";

const display = (data: MimeBundle): Output => ({ output_type: "display_data", data, metadata: {} });

function lesson(): Notebook {
  const book = notebookOf(["# A <lesson>\n\n| a | b |\n| - | - |\n| 1 | 2 |", 'const a: string = "x < y"; // less']);
  book.cells[1]!.outputs = [
    { output_type: "stream", name: "stdout", text: "1 < 2\n" },
    display({ "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain": "Figure" }),
    display({ "text/html": "<script>document.title = 'taken'</script><b>bold</b>", "text/plain": "bold" }),
    display({ "text/markdown": "*soft*" }),
    display({ "image/png": "aGVs\nbG8=" }),
    { output_type: "error", ename: "Error", evalue: "no", traceback: ["\u001b[31mError: no\u001b[0m"] },
  ];
  return book;
}

test("a page holds markdown, coloured code and the richest still form of each output", () => {
  const html = handOut(lesson(), { footer: "Ada's & Bo's" });
  assert.match(html, /<title>A &lt;lesson&gt;<\/title>/);
  assert.match(html, /<td>1<\/td>\n<td>2<\/td>/);
  assert.match(html, /<span class="k">const<\/span> a: <span class="k">string<\/span>/);
  assert.match(html, /<span class="s">&quot;x &lt; y&quot;<\/span>; <span class="c">\/\/ less<\/span>/);
  assert.match(html, /<pre class="text">1 &lt; 2\n<\/pre>/);
  assert.match(html, /<img alt="" src="data:image\/svg\+xml;base64,PHN2/);
  assert.doesNotMatch(html, /Figure/);
  assert.match(html, /<img alt="" src="data:image\/png;base64,aGVsbG8=">/);
  assert.match(html, /<em>soft<\/em>/);
  assert.match(html, /<pre class="error">Error: no<\/pre>/);
  assert.match(html, /<footer>Ada&#39;s &amp; Bo&#39;s<\/footer>|<footer>Ada's &amp; Bo's<\/footer>/);
  assert.match(html, /http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;/);
});

test("a picture dropped into a markdown cell is in the page", () => {
  const book = notebookOf(["# A\n\n![seen](attachment:a%20b.png)\n![not](attachment:c.png)"]);
  book.cells[0]!.attachments = { "a b.png": { "image/png": "AAAA" } };
  assert.match(handOut(book), /<img src="data:image\/png;base64,AAAA" alt="seen">/);
  assert.match(handOut(book), /attachment:c\.png/);
});

test("colours go on over lines of a template or a comment, and lose no character", () => {
  const source = "const t = `a\n  ${b + 1} c`;\n/* d\n e */ f(/x>y/);\n\nlast";
  const html = colouredTypeScript(source);
  const text = html.replace(/<[^>]*>/g, "").replaceAll("&gt;", ">");
  assert.equal(text, source);
  assert.match(html, /<span class="c"> e \*\/<\/span>/);
});

test("Chromium prints the page without running what a cell put into it", async (t) => {
  const browser = findBrowser();
  if (browser === undefined) return t.skip("needs Chromium: apt install chromium, or name one in CHROMIUM");
  const press = await printer({ browser });
  t.after(() => press.close());
  const html = handOut(lesson());
  const pdf = Buffer.from(await press.pages(html));
  assert.deepEqual(Buffer.from(await press.pages(html)), pdf, "the same bytes twice");
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  // The page's own title and not the one that a script would have given it, as PDF writes text.
  assert.doesNotMatch(pdf.toString("latin1"), /taken/);
  assert.match(pdf.toString("latin1"), /\/Title \(A <lesson>\)/);
});

test("a browser that does not start is one line", async () => {
  await assert.rejects(printer({ browser: process.execPath }), /^Error: printer: .* does not start: [^\n]*$/);
});
