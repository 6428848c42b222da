// Which key does what. The letters of families and the digits of labels stand on their buttons.

export const LABEL_KEYS = { spam: "1", text: "2", boilerplate: "3", garbled: "4", skip: "0" };
export const FAMILY_KEYS = {
  adult: "a", gambling: "g", seo: "s", game: "m", certificate: "c", medical: "d", finance: "n",
  contact: "k", "link-farm": "b", other: "o", "": "w",
};
export const ACTION_KEYS = {
  undo: "u", select: "e", proposed: "p", clear: "x", evidence: "v", filter: "f", language: "l",
  help: "h",
};

const ACTIONS = new Map([
  ...Object.entries(LABEL_KEYS).map(([label, key]) => [key, ["label", label]]),
  ...Object.entries(FAMILY_KEYS).map(([family, key]) => [key, ["family", family]]),
  ...Object.entries(ACTION_KEYS).map(([action, key]) => [key, [action]]),
  ["?", ["help"]],
  ["arrowright", ["next"]],
  ["arrowleft", ["previous"]],
]);

// The key of an event; under an input method `key` is "Process" and only `code` tells.
function keyOf(event) {
  if (event.key !== "Process" && event.keyCode !== 229) return event.key.toLowerCase();
  return event.code.replace(/^(?:Key|Digit|Numpad)(?=.$)/, "").toLowerCase();
}

function isTyping(target) {
  return target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea") != null;
}

// What a key press asks for: [action, argument], or null.
export function actionOf(event, singleKeys) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return null;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return null;
  const key = keyOf(event);
  // Arrows move between the radio buttons of the families.
  if (key.startsWith("arrow") && event.target.closest?.("[type=radio], #context")) return null;
  if (!singleKeys && key.length === 1) return null;
  return ACTIONS.get(key) ?? null;
}
