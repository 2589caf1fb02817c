// Files that a visitor drops in, or that are fetched beside the page: hashed while they stream by.

const RULES = "ceremony.yaml", TRANSCRIPT = "transcript.jsonl";
const UNRECORDED = new Set(["manifest.json", "viewer.html"]); // made after the ledger ended
const MAX_TEXT = 1 << 28;
const readHere = new Map(); // name -> { state, text }

// name -> { digest, from }; the digests come from rules and ledger wherever those have them
function expectedFiles(checked, promised, published) {
  const found = new Map();
  found.set(RULES, { digest: "", from: "the ceremony's id" });
  found.set(TRANSCRIPT, { digest: "", from: "the lines above" });
  found.set("circuit.r1cs", { digest: promised.circuit_blake2b ?? "", from: "rules" });
  found.set("phase1.ptau", { digest: promised.phase1_blake2b ?? "", from: "rules" });
  let newest = "", before = null;
  for (const { entry } of checked) {
    if (entry.kind === "rejected" || typeof entry.file !== "string" || !/^\d{4,7}\.zkey$/.test(entry.file)) continue;
    if (before && before !== "0000.zkey") found.get(before).optional = true; // may be deleted
    found.set(entry.file, { digest: entry.key, from: "ledger" });
    [newest, before] = [entry.key, entry.file];
  }
  if ("final.zkey" in published) found.set("final.zkey", { digest: newest, from: "ledger, newest key" });
  if ("verification_key.json" in published) {
    found.set("verification_key.json", { digest: published["verification_key.json"], from: "when this page was made" });
  }
  return found;
}

function showFiles() {
  const rows = [...expected].map(([name, { digest, from, optional }]) =>
    fileRow(name, digest, from + (optional ? ", may be deleted" : ""), readHere.get(name)));
  for (const [name, result] of readHere) if (!expected.has(name)) rows.push(fileRow(name, "", "none", result));
  byId("files").tBodies[0].replaceChildren(...rows);
  const seen = [...expected.keys()].filter((name) => readHere.get(name)?.state === "good").length;
  const wrong = fileProblems.size;
  say("files", wrong ? "bad" : seen ? "good" : "open", wrong ? `${wrong} files are not what they should be` : `${seen} of ${expected.size} files are the recorded ones`);
}

function fileRow(name, digest, from, result = { state: "idle", text: "not yet" }) {
  const made = element("tr", "", result.state === "bad" ? "wrong" : ""), second = element("td", "", "digest");
  second.append(element("span", shown(digest)), element("span", (digest ? " " : "") + `(${from})`));
  made.append(element("td", shown(name), "name"), second, element("td", result.text, result.state));
  return made;
}

function record(name, problem, text) {
  readHere.set(name, { state: problem ? "bad" : "good", text: (problem ? "\u2717 " : "\u2713 ") + (problem || text) });
  if (problem) fileProblems.set(name, problem); else fileProblems.delete(name);
  showFiles();
}

// -> digest, contribution records, and the bytes of what is short enough to be text
async function readStream(stream, name, size) {
  const state = new Blake2b(), scanner = new KeyScanner(), reader = stream.getReader();
  const isText = name === RULES || name === TRANSCRIPT, parts = [];
  let length = 0, told = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    for (let at = 0; at < value.length; at += 1 << 20) { // the page stays responsive in between
      const block = value.subarray(at, at + (1 << 20));
      state.update(block);
      scanner.update(block);
      if (value.length > 1 << 20) await new Promise((go) => setTimeout(go));
    }
    length += value.length;
    if (isText && length <= MAX_TEXT) parts.push(value);
    if (length - told > 1 << 23) {
      told = length;
      progress(name, size ? `${Math.floor((100 * length) / size)} %` : `${length >> 20} MB`);
    }
  }
  return { digest: hex(state.digest()), length, keyRecords: scanner.result(), bytes: isText ? joinParts(parts) : null };
}

function joinParts(parts) {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  parts.reduce((at, part) => { whole.set(part, at); return at + part.length; }, 0);
  return whole;
}

function progress(name, text) {
  readHere.set(name, { state: "idle", text });
  showFiles();
}

async function checkFile(name, stream, size) {
  progress(name, "reading");
  try {
    judge(name, await readStream(stream, name, size));
  } catch (problem) {
    record(name, "cannot be read: " + shown(problem.message));
  }
}

function judge(name, found) {
  if (name === TRANSCRIPT) return record(name, transcriptProblem(found.bytes), "the same lines");
  if (name === RULES) {
    const same = hex(sha256(found.bytes)) === data.id;
    return record(name, same ? "" : "its SHA-256 is not the ceremony's id", "its SHA-256 is the ceremony's id");
  }
  const here = expected.get(name);
  if (!here) return judgeUnknown(name, found);
  if (found.digest !== here.digest) return record(name, `not the recorded file: its BLAKE2b-512 is ${found.digest}`);
  if (!name.endsWith(".zkey")) return record(name, "", "digest");
  const accepted = lines.map((line) => line.entry).filter((entry) => entry.kind !== "rejected");
  const own = accepted.findIndex((entry) => entry.key === found.digest);
  const problem = found.keyRecords ? recordProblem(found.keyRecords, accepted.slice(0, own + 1)) : "no contribution records are found in it";
  return record(name, problem, `digest, and the hashes of ${own} contributions in it`);
}

function judgeUnknown(name, found) {
  if (UNRECORDED.has(name)) {
    readHere.set(name, { state: "open", text: "\u2013 the ledger has no digest of it" });
    return showFiles();
  }
  const other = [...expected].find(([, { digest }]) => digest === found.digest);
  return record(name, other ? "" : "no file of this ceremony has this name or these bytes", other && `the bytes of ${other[0]}`);
}

// which line of a ledger differs from those of the page
function transcriptProblem(bytes) {
  const text = new TextDecoder().decode(bytes), own = text.split("\n");
  if (own.pop() !== "") return "the last line is not complete";
  const differs = own.findIndex((line, k) => line !== data.transcript[k]);
  if (differs >= 0 && differs < data.transcript.length) return `line ${differs + 1} differs from this page${chainProblem(own)}`;
  const missing = data.transcript.length - own.length;
  if (missing > 0) return `it ends after line ${own.length}, ${missing} lines of this page are missing`;
  return missing < 0 ? `it goes on after line ${data.transcript.length}: this page is older` : "";
}

function chainProblem(own) {
  const checked = checkTranscript(own, rules, data.id), wrong = checked.findIndex((line) => line.problems.length);
  return wrong < 0 ? ", though its own chain holds" : `; its line ${wrong + 1} is wrong: ${checked[wrong].problems.join("; ")}`;
}

// -- where files come from

async function checkFiles(files) {
  for (const file of files) await checkFile(file.name, file.stream(), file.size);
}

async function fetchAll() {
  byId("fetch").disabled = true;
  for (const name of expected.keys()) {
    try {
      const reply = await fetch(new URL(name, location.href), { cache: "no-store" });
      if (reply.status === 404) { progress(name, "not published here"); continue; }
      if (!reply.ok) throw new Error(`the server answers ${reply.status}`);
      await checkFile(name, reply.body, Number(reply.headers.get("Content-Length")));
    } catch (problem) { progress(name, "cannot be fetched: " + shown(problem.message)); }
  }
  byId("fetch").disabled = false;
}

function listen() {
  const zone = byId("drop"), overWeb = location.protocol.startsWith("http");
  byId("pick").addEventListener("change", (event) => checkFiles([...event.target.files]));
  byId("fetch").hidden = !overWeb;
  byId("fetch").addEventListener("click", fetchAll);
  if (!overWeb) byId("fetch-note").textContent = "This page was opened from a file, so it cannot fetch: drop the files in.";
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop") checkFiles([...event.dataTransfer.files]);
    });
  }
}
