// The page around a line, with the cuts of the filter, and the evidence for its score.

import { characters, shown } from "./characters.js";
import { evidenceName, spanEvidenceName } from "./evidence_words.js";
import { language, say } from "./words.js";

const SIGNS = {
  spam: "S", boilerplate: "B", garbled: "G", pinyin: "P", jam: "J", tag: "T", emoji: "E",
  invisible: "I", damage: "D",
};

export function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// Scrolls up to what has left the window. `scrollIntoView` would also move where Tab begins.
export function scrollUpTo(target) {
  const { top } = target.getBoundingClientRect();
  if (top < 0) window.scrollBy(0, top - 8);
}

function number(value, digits = 2) {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}

function visible(text) {
  return characters(text)
    .map((one) => (isLineEnd(one) ? one : shown(one)[0]))
    .join("");
}

// A piece of the page in one kind of marking; its sign stands where the mark ends, but not behind
// the line end that a cut of a whole line takes along.
function piece(text, mark, ends) {
  const [, content, terminator] = /^([^]*?)([\r\n]*)$/.exec(text);
  if (!mark || !content) return document.createTextNode(visible(text));
  const made = element(mark.cut ? "del" : "mark", visible(content), className(mark));
  made.title = say("mark", { kind: say(`kind_${mark.kind}`), score: number(mark.score) });
  if (mark.kind in SIGNS && ends) {
    const sign = element("sup", SIGNS[mark.kind], "sign");
    sign.setAttribute("aria-label", made.title);
    made.append(sign);
  }
  made.append(terminator);
  return made;
}

function className(mark) {
  return `${mark.cut ? "cut" : "flag"} ${mark.kind in SIGNS ? mark.kind : ""}`;
}

function isLineEnd(character) {
  return character === "\n" || character === "\r";
}

// A stretch of text with the marks that touch it. Where marks overlap, a cut counts before a flag.
function stretch(all, start, stop, marks) {
  const here = marks.filter((mark) => mark.start < stop && mark.end > start);
  const edges = new Set([start, stop]);
  for (const mark of here) {
    edges.add(Math.max(start, mark.start));
    edges.add(Math.min(stop, mark.end));
  }
  const places = [...edges].sort((a, b) => a - b);
  const pieces = [];
  for (let number = 0; number + 1 < places.length; number += 1) {
    const [from, to] = [places[number], places[number + 1]];
    const over = here.filter((mark) => mark.start <= from && to <= mark.end);
    const mark = over.find((one) => one.cut) ?? over[0];
    const ends = mark && (mark.end === to || all.slice(to, mark.end).every(isLineEnd));
    pieces.push(piece(all.slice(from, to).join(""), mark, ends));
  }
  return pieces;
}

// Shows the page around a line.
// item: before, text, after. marks: start, end, kind, score, cut; offsets in the three together.
export function showPage(place, item, marks) {
  const [before, text, after] = [item.before, item.text, item.after].map(characters);
  const all = [...before, ...text, ...after];
  const line = document.createElement("b");
  const [start, end] = [before.length, before.length + text.length];
  line.id = "this-line";
  line.append(...stretch(all, start, end, marks));
  place.replaceChildren(
    ...stretch(all, 0, start, marks), line, ...stretch(all, end, all.length, marks),
  );
  // Only the box scrolls, never the window: on a phone the line would leave the screen.
  place.scrollTop = line.offsetTop - place.offsetTop - place.clientHeight / 3;
}

// What the marks of a page mean, with the sign of each kind that there is.
export function legendOf(marks) {
  const kinds = [...new Set(marks.map((mark) => mark.kind))].filter((kind) => kind in SIGNS);
  const signs = kinds.map((kind) => `${SIGNS[kind]} ${say(`kind_${kind}`)}`).join(", ");
  if (!signs) return say("legend_none");
  return say("legend", { cut: say("legend_cut"), flag: say("legend_flag"), signs });
}

function rows(evidence, most, nameOf) {
  const table = document.createElement("table");
  const largest = Math.max(0.001, ...evidence.map((item) => Math.abs(item.weight)));
  for (const { feature, weight } of evidence.slice(0, most)) {
    const row = table.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = visible(nameOf(feature, language()));
    const meter = document.createElement("meter");
    Object.assign(meter, { min: 0, max: largest, value: Math.abs(weight) });
    meter.className = weight > 0 ? "for" : "against";
    meter.setAttribute("aria-label", say(weight > 0 ? "evidence_for" : "evidence_against"));
    row.append(head);
    row.insertCell().append(meter);
    row.insertCell().textContent = (weight > 0 ? "+" : "−") + Math.abs(weight).toFixed(2);
  }
  return table;
}

function rest(evidence, most) {
  const others = evidence.slice(most);
  if (!others.length) return [];
  const sum = others.reduce((total, item) => total + item.weight, 0);
  return [element("p", `${say("evidence_rest", { count: others.length })}: ${sum.toFixed(2)}`)];
}

// Shows why the line has its score: verdict, evidence of the line, evidence of its spans.
export function showEvidence(place, found) {
  const most = 20;
  const verdict = `${say(`kind_${found.kind}`)}${found.family ? ` · ${say(`family_${found.family}`)}` : ""}`;
  const total = `${verdict} · ${say("evidence_total")} ${number(found.score)}`;
  const parts = [element("p", total, "total"), rows(found.evidence, most, evidenceName), ...rest(found.evidence, most)];
  for (const span of found.spans) {
    const title = say("evidence_span", { text: span.text });
    parts.push(element("h3", `${title} · ${say("evidence_total")} ${number(span.score)}`));
    parts.push(rows(span.evidence, most, spanEvidenceName), ...rest(span.evidence, most));
  }
  place.replaceChildren(...parts, element("p", say("evidence_note"), "note"));
}
