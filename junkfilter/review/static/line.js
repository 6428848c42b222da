// The line to be labelled: each character is an element, so that spans can be marked by mouse, by
// touch and by keyboard, and so that characters which cannot be seen are shown.

import { characters, nextStop, shown } from "./characters.js";
import { say } from "./words.js";

const BACKWARDS = { ArrowLeft: true, ArrowUp: true, Home: true };
const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

export class LineView {
  // element: where the line is shown; chips: list of the marked spans; tell(words): says something
  // aloud.
  constructor(element, chips, { tell }) {
    Object.assign(this, { element, chips, tell });
    this.selecting = false;
    this.show("", [], []);
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("blur", () => this.leave());
    element.addEventListener("pointerdown", (event) => this.#press(event));
    element.addEventListener("pointermove", (event) => this.#drag(event));
    element.addEventListener("pointerup", (event) => this.#release(event));
    element.addEventListener("pointercancel", () => this.#scrolled());
  }

  show(text, spans, proposed) {
    this.all = characters(text);
    this.spans = spans.map(([start, end]) => [start, end]);
    this.proposed = proposed.map(([start, end]) => [start, end]);
    Object.assign(this, { caret: 0, anchor: null, first: null, pressed: null, down: null });
    this.selecting = false;
    this.cells = this.all.map((character, at) => {
      const cell = document.createElement("span");
      const [picture, name] = shown(character);
      cell.textContent = name.startsWith("U+") ? name.slice(2) : picture;
      cell.dataset.at = at;
      if (name) {
        cell.className = "unseen";
        cell.title = name;
      }
      return cell;
    });
    this.element.replaceChildren(...this.cells);
    this.element.setAttribute("aria-label", text);
    this.#paint();
    this.#paintChips();
  }

  // Text of a range, as it is.
  textOf([start, end]) {
    return this.all.slice(start, end).join("");
  }

  setSpans(spans) {
    this.spans = this.#joined(spans);
    this.#paint();
    this.#paintChips();
  }

  addSpan(start, end) {
    this.setSpans([...this.spans, [start, end]]);
    this.tell(say("span_added", { text: this.textOf([start, end]) }));
  }

  removeSpan(at) {
    const left = this.spans.filter(([start, end]) => !(start <= at && at < end));
    if (left.length === this.spans.length) return;
    this.setSpans(left);
    this.tell(say("span_removed"));
  }

  enter() {
    if (!this.all.length) return;
    this.element.focus();
    this.selecting = true;
    const [start] = this.spans[0] ?? this.proposed[0] ?? [0];
    this.caret = Math.min(start, this.all.length - 1);
    this.anchor = null;
    this.#paint();
    this.#tellCaret();
  }

  leave() {
    this.selecting = false;
    this.anchor = null;
    this.#forget();
  }

  #forget() {
    this.pressed = null;
    this.first = null;
    this.#paint();
  }

  // A finger went on to scroll: it was no tap.
  #scrolled() {
    this.pressed = null;
    this.down = null;
    this.#paint();
  }

  // The range under selection, or null.
  #range() {
    if (this.pressed !== null) return this.#ordered(this.pressed, this.caret);
    if (!this.selecting) return null;
    return this.#ordered(this.anchor ?? this.caret, this.caret);
  }

  #ordered(a, b) {
    return [Math.min(a, b), Math.max(a, b) + 1];
  }

  #joined(spans) {
    const joined = [];
    for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
      const last = joined.at(-1);
      if (last && start <= last[1]) last[1] = Math.max(last[1], end);
      else joined.push([start, end]);
    }
    return joined;
  }

  #key(event) {
    if (!this.selecting) {
      if (event.key === "Enter") {
        event.preventDefault();
        this.enter();
      }
      return;
    }
    if (MOVES.includes(event.key)) this.#move(event);
    else if (event.key === "Enter" || event.key === " ") this.#mark();
    else if (event.key === "Delete" || event.key === "Backspace") this.removeSpan(this.caret);
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #move({ key, shiftKey, ctrlKey, altKey }) {
    if (shiftKey && this.anchor === null) this.anchor = this.caret;
    if (!shiftKey) this.anchor = null;
    const step = BACKWARDS[key] ? -1 : 1;
    if (key === "Home") this.caret = 0;
    else if (key === "End") this.caret = this.all.length - 1;
    else if (key === "ArrowUp" || key === "ArrowDown") this.caret = this.#row(step);
    else if (ctrlKey || altKey) this.caret = nextStop(this.all, this.caret, step);
    else this.caret += step;
    this.caret = Math.max(0, Math.min(this.caret, this.all.length - 1));
    this.#paint();
    this.cells[this.caret].scrollIntoView({ block: "nearest" });
    this.#tellCaret();
  }

  // The character above or below the caret, as the line is laid out now.
  #row(step) {
    const box = this.cells[this.caret].getBoundingClientRect();
    let best = this.caret;
    let nearest = Infinity;
    for (let at = this.caret + step; at >= 0 && at < this.cells.length; at += step) {
      const other = this.cells[at].getBoundingClientRect();
      const rows = Math.abs(other.top - box.top) / Math.max(box.height, 1);
      if (rows > 2.5) break;
      const distance = Math.abs(other.left - box.left);
      if (rows > 0.5 && distance < nearest) [best, nearest] = [at, distance];
    }
    return best;
  }

  #mark() {
    const [start, end] = this.#range();
    this.anchor = null;
    this.addSpan(start, end);
  }

  #tellCaret() {
    const range = this.#range();
    if (range[1] - range[0] > 1) this.tell(say("span_selected", { text: this.textOf(range) }));
    else {
      const [picture, name] = shown(this.all[this.caret]);
      this.tell(say("span_caret", { at: this.caret + 1, text: name || picture }));
    }
  }

  #at(event) {
    const found = document.elementFromPoint(event.clientX, event.clientY);
    return found?.dataset.at !== undefined && this.element.contains(found)
      ? Number(found.dataset.at)
      : null;
  }

  #press(event) {
    const at = this.#at(event);
    if (at === null || event.button !== 0) return;
    this.selecting = false;
    this.down = at;
    // A finger that moves scrolls the page: only mice and pens drag. Fingers tap twice.
    if (event.pointerType === "touch") return;
    event.preventDefault();
    this.element.focus();
    this.element.setPointerCapture(event.pointerId);
    this.pressed = at;
    this.caret = at;
    this.#paint();
  }

  #drag(event) {
    if (this.pressed === null) return;
    const at = this.#at(event);
    if (at === null || at === this.caret) return;
    this.caret = at;
    this.#paint();
  }

  #release(event) {
    const at = this.#at(event) ?? this.caret;
    const began = this.pressed ?? this.down;
    this.pressed = null;
    if (began === null) return;
    this.down = null;
    if (event.pointerType !== "touch" && at !== began) {
      this.first = null;
      this.addSpan(...this.#ordered(began, at));
    } else if (at === began) this.#tap(at);
    this.#paint();
  }

  // The first tap says where a span begins, the second where it ends.
  #tap(at) {
    this.caret = at;
    if (this.first === null) {
      this.first = at;
      this.tell(say("span_first", { text: this.all[at] }));
    } else {
      const first = this.first;
      this.first = null;
      this.addSpan(...this.#ordered(first, at));
    }
  }

  #paint() {
    const range = this.#range();
    const inside = (ranges, at) => ranges.some(([start, end]) => start <= at && at < end);
    this.cells.forEach((cell, at) => {
      cell.classList.toggle("span", inside(this.spans, at));
      cell.classList.toggle("proposed", inside(this.proposed, at));
      cell.classList.toggle("selected", range !== null && range[0] <= at && at < range[1]);
      cell.classList.toggle("caret", this.selecting && at === this.caret);
      cell.classList.toggle("first", at === this.first);
    });
    this.element.classList.toggle("selecting", this.selecting);
  }

  // Apart from the characters, because a button that is made anew while it is pressed is not clicked.
  #paintChips() {
    const chosen = this.spans.map((span) => this.#chip(span, false));
    const known = (span) => this.spans.some(([a, b]) => a <= span[0] && span[1] <= b);
    const offered = this.proposed.filter((span) => !known(span)).map((span) => this.#chip(span, true));
    this.chips.replaceChildren(...chosen, ...offered);
  }

  #chip(span, isProposal) {
    const text = this.textOf(span);
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = isProposal ? "proposal" : "chosen";
    button.textContent = isProposal ? `+ ${say("span_proposed", { text })}` : `${text} ×`;
    if (!isProposal) button.setAttribute("aria-label", say("remove_span", { text }));
    button.addEventListener("click", () =>
      isProposal ? this.addSpan(...span) : this.removeSpan(span[0]),
    );
    item.append(button);
    return item;
  }
}
