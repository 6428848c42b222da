// The queue: shows a line, saves what is said of it, and only then shows the next.

import { loadEvidence, showAround } from "./around.js";
import { readable } from "./characters.js";
import {
  chooseFamily,
  chosenFamily,
  labelWord,
  makeFamilies,
  makeKeys,
  makeLabels,
  showFacts,
  showFilters,
  showOverview,
  wanted,
} from "./controls.js";
import { actionOf } from "./keys.js";
import { LineView } from "./line.js";
import { scrollUpTo } from "./page.js";
import { Refused, get, post } from "./server.js";
import { firstLanguage, language, say, setLanguage } from "./words.js";

const byId = (id) => document.getElementById(id);
const status = byId("status");
const filters = byId("filter-form");
const SAID = "junkfilter-said-";

let overview = null; // what the server says of the file as a whole
let entry = null; // the item shown, with its newest label
let busy = false;
let underWay = null; // the request, while busy
let silence; // ends what was told last
let again = null; // what "try again" does
const trail = []; // ids of lines that were shown before

const line = new LineView(byId("line"), byId("spans"), { tell });

function tell(words) {
  status.textContent = words;
  clearTimeout(silence);
  silence = setTimeout(() => status.replaceChildren(), 6000);
}

// Labels that this tab gave and can undo: sequence numbers of the file, which outlive a reload. At
// the same port there may be another file later, in which the numbers mean other labels.
function said() {
  return JSON.parse(sessionStorage.getItem(SAID + overview.place) ?? "[]");
}

function setSaid(list) {
  sessionStorage.setItem(SAID + overview.place, JSON.stringify(list.slice(-500)));
}

// Runs one request after the other: a second key press while one is under way does nothing.
async function once(work) {
  if (busy) return;
  busy = true;
  underWay = run(work);
  await underWay;
}

async function run(work) {
  document.body.setAttribute("aria-busy", "true");
  try {
    await work();
    byId("problem").hidden = true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblem(error, work);
  } finally {
    busy = false;
    document.body.removeAttribute("aria-busy");
  }
}

function showProblem(error, work) {
  const key = `error_${error.code}`;
  const known = ["away", "forbidden", "gone"].includes(error.code) ? key : "error_refused";
  byId("problem-text").textContent = say(known, { message: error.message });
  byId("problem").hidden = false;
  scrollUpTo(byId("problem"));
  again = work;
}

async function loadOverview() {
  overview = await get("api/overview");
  showOverview(overview);
  showFilters(overview.choices);
}

async function loadProgress() {
  Object.assign(overview, await get("api/progress"));
  showOverview(overview);
}

// The line after one, or from the beginning again where there is none.
async function showNext(after = "") {
  const found = await get("api/next", { ...wanted(), after });
  if (found.item !== null || !after) return show(found);
  const first = await get("api/next", wanted());
  show(first);
  if (first.item?.id === after) tell(say("end_of_queue"));
}

function show(found) {
  const previous = entry?.item;
  if (previous && found.item && previous.id !== found.item.id) trail.push(previous.id);
  entry = found;
  const item = found.item;
  byId("card").hidden = byId("around").hidden = item === null;
  byId("done").hidden = item !== null;
  byId("conflict").hidden = true;
  byId("evidence").open = false;
  byId("evidence-body").replaceChildren();
  entry = item === null ? null : found;
  if (item === null) {
    byId("done-text").textContent = say("done_text");
    return;
  }
  const judgment = found.label?.judgment;
  byId("card").dataset.id = item.id;
  scrollUpTo(byId("line-heading"));
  line.show(item.text, judgment?.spans ?? [], item.spans);
  chooseFamily(judgment?.family ?? item.family);
  showFacts(entry);
  showAround(item);
}

function judgmentFor(label) {
  const hasSpans = line.spans.length > 0 && label !== "skip";
  return {
    label: hasSpans && label === "text" ? "mixed" : label,
    family: label === "spam" || hasSpans ? chosenFamily() : "",
    // A whole line of spam has no spans; what was marked in it stays on the screen.
    spans: hasSpans && label !== "spam" ? line.spans : [],
  };
}

function give(label) {
  if (!entry) return;
  const judgment = judgmentFor(label);
  if (judgment.spans.length && judgment.label !== "mixed") {
    tell(say("no_spans_here", { label: say(`label_${label}`) }));
    return;
  }
  save(entry.item, judgment, entry.label?.sequence ?? 0);
}

// `expected` is the label that this tab saw: if there is another one by now, the server refuses.
function save(item, judgment, expected) {
  once(async () => {
    try {
      const { sequence } = await post(`api/items/${item.id}/label`, { ...judgment, expected });
      setSaid([...said().filter((number) => number !== sequence), sequence]);
    } catch (error) {
      if (error.code !== "conflict") throw error;
      entry.label = error.details.label;
      showConflict(item, judgment, entry.label);
      return;
    }
    byId("conflict").hidden = true;
    await loadProgress();
    await showNext(item.id);
    tell(say("saved", { label: labelWord(judgment) }));
  });
}

function showConflict(item, judgment, other) {
  const own = labelWord(judgment);
  const values = other ? { label: labelWord(other.judgment), annotator: other.annotator, own } : { own };
  byId("conflict-text").textContent = say(other ? "conflict" : "conflict_gone", values);
  byId("conflict").hidden = false;
  byId("conflict-keep").onclick = () => once(() => showNext(item.id));
  byId("conflict-replace").onclick = () => save(item, judgment, other?.sequence ?? 0);
  byId("conflict-keep").focus();
}

function undo() {
  const list = overview ? said() : [];
  const sequence = list.at(-1);
  if (sequence === undefined) return tell(say("nothing_to_undo"));
  return once(async () => {
    const { undone } = await post("api/undo", { sequence });
    setSaid(list.slice(0, -1));
    if (undone === null) return tell(say("undone_before"));
    await loadProgress();
    show(await get(`api/items/${undone}`));
    return tell(say("undone", { text: readable(entry.item.text).slice(0, 30) }));
  });
}

function next() {
  if (entry) once(() => showNext(entry.item.id));
}

function previous() {
  const id = trail.pop();
  if (id === undefined) return tell(say("start_of_queue"));
  return once(async () => {
    entry = null;
    show(await get(`api/items/${id}`));
  });
}

function takeProposed() {
  if (!line.proposed.length) return tell(say("nothing_proposed"));
  line.setSpans([...line.spans, ...line.proposed]);
  const texts = line.spans.map((span) => line.textOf(span));
  return tell(say("span_added", { text: texts.join(" · ") }));
}

function switchLanguage() {
  setLanguage(language() === "zh" ? "en" : "zh", true);
  writeWords();
}

// Words that are not in the page's own text.
function writeWords() {
  byId("language").textContent = language() === "zh" ? "English" : "中文";
  byId("language").lang = language() === "zh" ? "en" : "zh-Hans";
  makeFamilies(chosenFamily());
  makeLabels();
  makeKeys();
  if (!overview) return;
  showOverview(overview);
  showFilters(overview.choices);
  if (!entry) return;
  line.show(entry.item.text, line.spans, line.proposed);
  showFacts(entry);
  showAround(entry.item);
  byId("evidence-body").replaceChildren();
  loadEvidence();
}

const ACTIONS = {
  label: give,
  family: (family) => {
    chooseFamily(family);
    tell(say(family ? `family_${family}` : "family_unknown"));
  },
  undo,
  next,
  previous,
  select: () => line.enter(),
  proposed: takeProposed,
  clear: () => line.setSpans([]),
  evidence: () => {
    byId("evidence").open = !byId("evidence").open;
  },
  filter: () => {
    byId("filters").open = !byId("filters").open;
    if (byId("filters").open) filters.elements.state.focus();
  },
  language: switchLanguage,
  help: () => byId("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  const found = actionOf(event, byId("single-keys").checked);
  if (!found) return;
  event.preventDefault();
  ACTIONS[found[0]](found[1]);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action], button[data-label]");
  if (!button) return;
  if (button.dataset.label) give(button.dataset.label);
  else ACTIONS[button.dataset.action]();
});
byId("language").addEventListener("click", switchLanguage);
byId("evidence").addEventListener("toggle", loadEvidence);
byId("retry").addEventListener("click", () => again && once(again));
byId("single-keys").addEventListener("change", (event) => {
  document.body.classList.toggle("without-keys", !event.target.checked);
});
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  applyFilter();
});
filters.addEventListener("reset", () => setTimeout(applyFilter));

async function applyFilter() {
  await underWay; // unlike a key, a filter that was sent must not get lost
  once(async () => {
    await loadOverview();
    trail.length = 0;
    entry = null;
    await showNext();
    byId("line").focus();
  });
}

// The token has made a cookie: it need not stay in the address bar and in the history.
history.replaceState(null, "", location.pathname);
setLanguage(firstLanguage(), false);
writeWords();
once(async () => {
  await loadOverview();
  await showNext();
});
