// Text as a list of code points, because offsets of spans count code points as Python does.

// Controls, invisible and direction-changing characters: what would hide or rearrange a page.
const UNSEEN = /^(?:\p{Cc}|\p{Cf}|\p{Co}|\p{Cn}|[\u2028\u2029\u3164\u115f\u1160\uffa0\u{e0100}-\u{e01ef}])$/u;
const WORD = /^[\p{L}\p{N}]$/u;
const HAN = /^\p{Script=Han}$/u;

export function characters(text) {
  return Array.from(text);
}

// The character as it is shown, and a name for what cannot be seen (else "").
export function shown(character) {
  if (character === "\t") return ["⇥\t", "TAB"];
  if (!UNSEEN.test(character)) return [character, ""];
  const point = character.codePointAt(0);
  const name = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  const picture = point < 0x20 ? String.fromCodePoint(0x2400 + point) : "◌";
  return [picture, name];
}

export function readable(text) {
  return characters(text).map((character) => shown(character)[0]).join("");
}

function sort(character) {
  if (HAN.test(character)) return "han";
  return WORD.test(character) ? "word" : "other";
}

// Where the next run of one sort of characters begins or ends, for Ctrl and an arrow.
export function nextStop(all, at, step) {
  let place = at;
  const first = sort(all[place] ?? " ");
  while (place + step >= 0 && place + step < all.length) {
    place += step;
    if (sort(all[place]) !== first) break;
  }
  return place;
}
