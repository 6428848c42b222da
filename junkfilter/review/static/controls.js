// What stands around the line: progress, filters, facts, families, labels and the list of keys.

import { readable } from "./characters.js";
import { ACTION_KEYS, FAMILY_KEYS, LABEL_KEYS } from "./keys.js";
import { element } from "./page.js";
import { say } from "./words.js";

const byId = (id) => document.getElementById(id);
const filters = byId("filter-form");

export function labelWord(judgment) {
  const family = judgment.family ? ` · ${say(`family_${judgment.family}`)}` : "";
  return say(`label_${judgment.label}`) + family;
}

// The filter as the server takes it.
export function wanted() {
  return Object.fromEntries(new FormData(filters));
}

export function showOverview(overview) {
  const { progress, agreement, annotator, pass } = overview;
  byId("bar").max = Math.max(1, progress.total);
  byId("bar").value = progress.done + progress.skipped;
  const who = pass > 1 ? `${say("pass_title", { pass, annotator })} · ` : "";
  byId("count").textContent = who + say("progress", progress);
  byId("agreement").hidden = !agreement.length;
  byId("agreement").textContent = agreement
    .map((other) => {
      const percent = (100 * other.equal).toFixed(0);
      return say("agreement", { ...other, percent, kappa: other.kappa.toFixed(2) });
    })
    .join(" · ");
}

export function showFilters(choices) {
  for (const name of ["why", "kind", "family"]) {
    const select = filters.elements[name];
    const kept = select.value;
    const options = Object.entries(choices[name]).map(([value, count]) => {
      const option = element("option", `${say(`${name}_${value}`)} (${count})`);
      option.value = value;
      return option;
    });
    const any = element("option", say("any"));
    any.value = "";
    select.replaceChildren(any, ...options);
    select.value = kept;
  }
  const { state, ...others } = wanted();
  const isOn = state !== "open" || Object.values(others).some((value) => value !== "");
  byId("filter-state").textContent = isOn ? say("filter_on") : "";
}

export function showFacts({ item, label }) {
  const source = readable(item.source) || say("unknown_source");
  const heading = item.line ? "line_of" : "line_alone";
  byId("line-heading").textContent = say(heading, { line: item.line, source });
  const percent = Number((100 * item.fpr).toPrecision(2));
  const family = item.family ? ` · ${say(`family_${item.family}`)}` : "";
  const facts = [
    [say(`why_${item.why}`), "why"],
    [say("verdict", { kind: say(`kind_${item.kind}`) }) + family, item.kind],
    [say("score", { score: item.score.toFixed(2) }), ""],
    [say("fpr", { percent }), ""],
    [item.host ? say("host", { host: readable(item.host) }) : "", ""],
    [label ? say("labelled_as", { label: labelWord(label.judgment) }) : "", "own"],
  ];
  byId("facts").replaceChildren(
    ...facts.filter(([text]) => text).map(([text, name]) => element("li", text, name)),
  );
  for (const button of byId("labels").querySelectorAll("button[data-label]")) {
    const own = label?.judgment.label === "mixed" ? "text" : label?.judgment.label;
    button.setAttribute("aria-pressed", String(button.dataset.label === own));
  }
}

export function chosenFamily() {
  return byId("families").querySelector("input:checked")?.value ?? "";
}

export function chooseFamily(family) {
  const wantedOne = family in FAMILY_KEYS ? family : "";
  byId("families").querySelector(`input[value="${wantedOne}"]`).checked = true;
}

export function makeFamilies(chosen) {
  const choices = Object.entries(FAMILY_KEYS).map(([family, key]) => {
    const choice = element("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "spam-family", value: family });
    input.checked = family === chosen;
    choice.append(input, element("span", say(family ? `family_${family}` : "family_unknown")));
    choice.append(element("kbd", key));
    return choice;
  });
  byId("families").lastElementChild.replaceChildren(...choices);
}

export function makeLabels() {
  const buttons = Object.entries({ ...LABEL_KEYS, undo: "u" }).map(([label, key]) => {
    const button = element("button", say(label === "undo" ? "undo" : `label_${label}`), label);
    button.type = "button";
    if (label === "undo") button.dataset.action = "undo";
    else button.dataset.label = label;
    button.append(" ", element("kbd", key));
    return button;
  });
  byId("labels").replaceChildren(...buttons);
}

export function makeKeys() {
  const rows = [
    ...Object.entries(LABEL_KEYS).map(([label, key]) => [key, say(`label_${label}`)]),
    ...Object.entries(ACTION_KEYS).map(([action, key]) => [key, say(`key_${action}`)]),
    ["← →", say("key_browse")],
    ["a–w", say("key_family")],
  ];
  byId("keys").replaceChildren(
    ...rows.flatMap(([key, what]) => {
      const term = element("dt");
      term.append(element("kbd", key));
      return [term, element("dd", what)];
    }),
  );
}
