// What stands beside the line: its page with the cuts of the filter, and its evidence. Both come after
// the line is there, for the first look loads the model; what comes too late is not shown.

import { legendOf, element, showEvidence, showPage } from "./page.js";
import { Refused, get } from "./server.js";
import { say } from "./words.js";

const byId = (id) => document.getElementById(id);
let shown = null; // id of the line

// Shows the page around a line, then its cuts.
export async function showAround(item) {
  shown = item.id;
  byId("legend").textContent = say("page_loading");
  showPage(byId("context"), item, []);
  try {
    const { marks } = await get(`api/items/${item.id}/page`);
    if (shown !== item.id) return;
    showPage(byId("context"), item, marks);
    byId("legend").textContent = legendOf(marks);
  } catch (error) {
    if (shown === item.id) byId("legend").textContent = failure(error);
  }
}

// Shows the evidence for the line if it is asked for and not there yet.
export async function loadEvidence() {
  const place = byId("evidence-body");
  if (!shown || !byId("evidence").open || place.childElementCount) return;
  const id = shown;
  place.replaceChildren(element("p", say("evidence_loading")));
  try {
    const found = await get(`api/items/${id}/evidence`);
    if (shown === id) showEvidence(place, found);
  } catch (error) {
    if (shown === id) place.replaceChildren(element("p", failure(error)));
  }
}

function failure(error) {
  if (!(error instanceof Refused)) throw error;
  return say(error.code === "away" ? "error_away" : "page_failed", { message: error.message });
}
