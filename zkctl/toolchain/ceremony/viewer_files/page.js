// The page: shows the embedded ceremony and what the checks say.  All of it is text from strangers: it
// reaches the page through textContent only.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const MARKS = { good: "\u2713", bad: "\u2717", open: "\u2013" };
const checks = new Map(); // name -> { state, text }
const fileProblems = new Map(); // name -> problem
let lines = [], rules = Object.create(null), expected = new Map();

function element(tag, text = "", kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

// a name as text that cannot reorder or hide what stands around it
const shown = (text) => String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu,
  (c) => "\\u" + c.codePointAt(0).toString(16).padStart(4, "0"));

function say(name, state, text) {
  checks.set(name, { state, text });
  byId("checks").replaceChildren(...[...checks.values()].map((check) => {
    const item = element("li", "", check.state), mark = element("span", MARKS[check.state], "mark");
    mark.setAttribute("aria-label", { good: "holds", bad: "wrong", open: "not checked" }[check.state]);
    item.append(mark, check.text);
    return item;
  }));
  showVerdict();
}

function showVerdict() {
  const wrong = lines.flatMap((line, k) => line.problems.map((problem) => `line ${k + 1}: ${problem}`));
  for (const [name, problem] of fileProblems) wrong.push(`${shown(name)}: ${problem}`);
  if (checks.get("rules")?.state === "bad") wrong.unshift(checks.get("rules").text);
  const unread = [...expected].filter(([name, file]) => !file.optional && readHere.get(name)?.state !== "good").length;
  byId("verdict").className = "banner " + (wrong.length ? "bad" : "good");
  byId("headline").textContent = wrong.length
    ? `${wrong.length} ${wrong.length === 1 ? "thing is" : "things are"} wrong`
    : "The ledger holds" + (unread ? `; ${unread} files are not checked yet` : ", and all files are the recorded ones");
  byId("problems").replaceChildren(...wrong.map((text) => element("li", text)));
}

// -- rules, audit, lines

const row = (list, term, value) => list.append(element("dt", term), element("dd", shown(value)));

function showRules() {
  const list = byId("rules"), round = rules.beacon_round;
  const published = round ? new Date(1000 * (QUICKNET.genesis + QUICKNET.period * (round - 1))).toISOString() : "";
  row(list, "Ceremony id", data.id);
  row(list, "Least number of players", rules.minimum_players ?? "");
  row(list, "Deadline", rules.deadline || "none");
  row(list, "Beacon", (rules.beacon_source || "none announced") + (round ? `, round ${round}, published ${published.slice(0, 19)}Z` : ""));
  row(list, "Signatures", rules.signatures_required ? "required, " + rules.signing_scheme : "optional, " + rules.signing_scheme);
}

function showAudit() {
  const list = byId("audit"), { audit } = data;
  row(list, "Verdict", audit.verdict);
  row(list, "Made", data.exported);
  row(list, "By", data.tool);
  row(list, "State", data.state);
  if (audit.phase1) row(list, "Phase 1", audit.phase1);
  byId("warnings").replaceChildren(...audit.warnings.map((text) => element("li", shown(text))));
  byId("made").textContent = "Made by " + shown(data.tool.split(" sha256:")[0]) + ". Self-contained: loads nothing from elsewhere.";
}

function showTrust() {
  const people = lines.filter((line) => line.entry.kind === "contribution").length;
  byId("trust").textContent = data.audit.trust ? "Trust: " + shown(data.audit.trust)
    : people ? `Trust: sound if at least one of ${people} contributors destroyed the secret` : "Trust: no contributor added a secret yet";
}

function who(entry) {
  if (entry.kind === "init") return "(first key, no secret in it)";
  if (entry.kind === "rejected") return "refused: " + shown(entry.reason ?? "");
  if (entry.kind === "beacon") return `#${entry.number} beacon` + (entry.drand_round ? `, drand round ${entry.drand_round}` : "");
  return `#${shown(entry.number)} ${shown(entry.name ?? "(no name)")}`;
}

function showLines() {
  byId("lines").tBodies[0].replaceChildren(...lines.map((line, k) => {
    const { entry, problems, signature } = line, made = element("tr", "", problems.length ? "wrong" : "");
    const hash = entry.kind === "init" ? "circuit " + (entry.contribution ?? "") : entry.contribution ?? "";
    made.append(element("td", k + 1), element("td", who(entry), "name"), element("td", shown(entry.time ?? "").replace("T", " ").replace("Z", ""), "time"),
      element("td", shown(hash), "digest"), element("td", signature.text, signature.state),
      element("td", problems.length ? "\u2717 " + problems.join("; ") : "\u2713", problems.length ? "bad" : "good"));
    if (entry.public_key) made.cells[4].title = shown(entry.public_key);
    return made;
  }));
}

async function checkSignatures() {
  const able = await canVerifySignatures();
  const count = { good: 0, bad: 0, open: 0, none: 0 };
  for (const line of lines) {
    const { entry } = line;
    if (entry.kind !== "contribution") continue;
    if (!entry.signature) { line.signature = { state: "idle", text: "none" }; count.none++; continue; }
    const state = !able ? "open" : (await signatureHolds(entry)) ? "good" : "bad";
    count[state]++;
    line.signature = { state, text: { good: "\u2713 Ed25519", bad: "\u2717 wrong", open: "not checked" }[state] };
    if (state === "bad") line.problems.push("the signature is not that of the public key");
  }
  showLines();
  const unsigned = count.none ? `; ${count.none} contributions are not signed` : "";
  if (count.bad) say("signatures", "bad", `${count.bad} signatures are wrong`);
  else if (count.open) say("signatures", "open", `${count.open} signatures are not checked: this browser verifies Ed25519 only in newer versions and on https, localhost or file pages`);
  else say("signatures", count.good ? "good" : "open", (count.good ? `${count.good} signatures are those of their public keys` : "no signatures") + unsigned);
}

function checkEmbedded() {
  try {
    rules = parseRules(data.rules);
    const same = hex(sha256(utf8(data.rules))) === data.id;
    say("rules", same ? "good" : "bad", same ? "the ceremony's id is the SHA-256 of its rules" : "the rules were changed: their SHA-256 is not the ceremony's id");
  } catch { say("rules", "bad", "the rules cannot be read"); }
  lines = checkTranscript(data.transcript, rules, data.id);
  for (const line of lines) line.signature = { state: "idle", text: "" };
  const wrong = lines.filter((line) => line.problems.length).length;
  const last = lines.length ? lines.at(-1).digest : "";
  say("chain", wrong || !lines.length ? "bad" : "good", wrong ? `${wrong} of ${lines.length} lines of the ledger do not hold`
    : lines.length ? `${lines.length} lines follow each other; SHA-256 of the last: ${last}` : "the ledger is empty");
}

async function start() {
  checkEmbedded();
  expected = expectedFiles(lines, rules, data.published);
  showRules();
  showAudit();
  showTrust();
  showLines();
  showFiles();
  listen();
  await checkSignatures();
  document.documentElement.dataset.ready = "yes";
}

start();
