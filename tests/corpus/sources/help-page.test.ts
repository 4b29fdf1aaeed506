import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../property.js";
import { findElement, htmlLines, parseHtml, type HtmlElement } from "../../../src/corpus/sources/html.js";
import { helpPageText } from "../../../src/corpus/sources/help-page.js";

const page = (body: string): string => `<!DOCTYPE html>
<html lang="fi"><head><title>Otsikko</title><script>if (a < b) document.write("<p>no</p>")</script></head>
<body><header><p>LibreOffice Help</p></header>
<div id="DisplayArea" itemscope="true">${body}</div>
<div id="SearchFrame"></div><footer><p>Title is: Otsikko</p></footer></body></html>`;

test("headings, paragraphs, cells and code come out a line each, without the frame around the page", () => {
  const text = helpPageText(
    page(`<h1 id="a" dir="auto">
<a name="x"></a>Sarakkeen <span class="emph">leveys</span></h1>
<p>Valitse
  leveys &lt; 5 &amp; &quot;k&auml;ytä&quot;&#33;<br>Uusi rivi</p>
<table><tr><td><p>1</p></td><td><p>kaksi</p></td></tr></table>
<pre><code>
If x &gt; 1 Then
    Print x
End If
</code></pre>
<img src="a.svg" alt="kuva > teksti"><ul><li>yksi<li>kaksi</ul>`),
  );
  assert.deepEqual(
    text.split("\n").map((line) => line.trim().replace(/ +/g, " ")),
    [
      "Sarakkeen leveys",
      'Valitse leveys < 5 & "k&auml;ytä"!',
      "Uusi rivi",
      "1",
      "kaksi",
      "If x > 1 Then",
      "Print x",
      "End If",
      "yksi",
      "kaksi",
    ],
  );
});

test("of the variants of a phrase one stays: the default, else the first", () => {
  const variants = (...ids: string[]): string =>
    `<span class="switchinline" id="s">${ids.map((id) => `<span hidden="true" id="${id}" class="X"><b>${id}</b></span>`).join("")}</span>`;
  assert.equal(
    helpPageText(page(`<p>Paina ${variants("MACtext", "defaulttext")} nyt</p>`)).trim(),
    "Paina defaulttext nyt",
  );
  assert.equal(helpPageText(page(`<p>Paina ${variants("WRITERa", "CALCa")}</p>`)).trim(), "Paina WRITERa");
});

test("related topics are left out, and a page without its frame is empty", () => {
  assert.equal(
    helpPageText(page(`<p>Teksti</p><div class="relatedtopics"><p>Linkit</p><div><p>Toinen</p></div></div>`)).trim(),
    "Teksti",
  );
  assert.equal(helpPageText("<html><body><p>x</p></body></html>"), "");
  assert.equal(helpPageText(""), "");
});

test("no input breaks the parser, and plain text passes through it", () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          "<",
          ">",
          "/",
          "p",
          "div",
          '"',
          "'",
          "=",
          " ",
          "&",
          ";",
          "#",
          "x",
          "1",
          "<!--",
          "-->",
          "\n",
          "한",
        ),
      }),
      (html) => {
        assert.ok(Array.isArray(htmlLines(parseHtml(html))));
      },
    ),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zé한 ]*$/), (text) => {
      assert.equal(
        htmlLines(parseHtml(`<p>${text}</p>`))
          .join("")
          .trim(),
        text.trim().replace(/ +/g, " "),
      );
    }),
  );
});

test("tags that are never closed stand at most 512 deep, and keep their text and its order", () => {
  const root = parseHtml("<div>x".repeat(60_000));
  let depth = 0;
  for (let at: HtmlElement | undefined = root; at; at = at.children.filter((child) => typeof child !== "string").at(-1))
    depth++;
  assert.equal(depth, 513, "the root, and 512 elements in each other");
  assert.deepEqual(htmlLines(root), Array<string>(60_000).fill("x"));
  assert.equal(
    findElement(root, ({ tag }) => tag === "p"),
    undefined,
  );
});

test("what is left open is not looked for again and again: each character is read a few times", (t) => {
  const { indexOf } = String.prototype;
  let read = 0;
  t.mock.method(String.prototype, "indexOf", function (this: string, wanted: string, from = 0) {
    const found = indexOf.call(this, wanted, from);
    read += (found < 0 ? this.length : found) - from;
    return found;
  });
  const texts = (html: string): number => {
    read = 0;
    const { children } = parseHtml(html);
    assert.ok(read <= 2 * html.length, `${html.slice(0, 12)}: ${read} characters of ${html.length}`);
    return children.length;
  };
  const times = 2000;
  assert.equal(texts("<!--".repeat(times)), 2 * times, "each < and what follows it is text");
  assert.equal(texts("<!x".repeat(times)), 2 * times);
  assert.equal(texts("<!-- x > y".repeat(times)), times, "a comment that never ends is a declaration");
  assert.equal(texts("<a ".repeat(times)), 1, "a tag that never ends is text to the end of the page");
  assert.equal(texts(`${"<b 'x>'".repeat(times)}"`), 1);
});
