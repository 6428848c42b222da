// Talks to the server that this page came from, and to nobody else.

export class Refused extends Error {
  // code: what the page can explain; details: the server's answer.
  constructor(status, details) {
    super(details.message || String(status));
    this.status = status;
    this.code = details.error || "refused";
    this.details = details;
  }
}

async function answerOf(path, options) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", redirect: "error", ...options });
  } catch (error) {
    throw new Refused(0, { error: "away", message: String(error) });
  }
  let answer = {};
  try {
    answer = await response.json();
  } catch {
    answer = { error: "away" };
  }
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

// Parameters that are empty are left out.
export function get(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value != null);
  const query = new URLSearchParams(given).toString();
  return answerOf(query ? `${path}?${query}` : path, {});
}

export function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answerOf(path, { method: "POST", headers, body: JSON.stringify(body) });
}
