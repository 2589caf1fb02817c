// What can be checked of rules and ledger without any other file: the chain of lines, the chain of
// contributions, times, names of files, signatures.  The same checks as zkctl/ceremony/ledger.py.

const utf8 = (text) => new TextEncoder().encode(text);
const isDigest = (value, bytes) => typeof value === "string" && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);
const QUICKNET = { name: "drand:quicknet", genesis: 1692803367, period: 3 };

// ceremony.yaml as zkctl writes it: a comment, then `name: value`, each value in JSON
function parseRules(text) {
  const rules = Object.create(null);
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const found = /^([a-z0-9_]+): (.*)$/.exec(line);
    if (!found) throw new Error("the rules are not written as zkctl writes them");
    rules[found[1]] = JSON.parse(found[2]);
  }
  return rules;
}

const ALWAYS = new Set(["index", "previous", "kind", "rules", "time", "tool"]);
const SOMETIMES = new Set(["file", "key", "number", "contribution", "parent", "name", "public_key", "signature",
  "drand_round", "drand_signature", "reason"]); // left out when empty

// JSON as zkctl writes it: keys sorted, no spaces, ASCII only
function canonical(entry) {
  const text = JSON.stringify(entry, Object.keys(entry).sort());
  return text.replace(/[\u007f-\uffff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

function parseLine(line) {
  let entry = null;
  try { entry = JSON.parse(line); } catch { /* said below */ }
  if (entry === null || typeof entry !== "object" || Array.isArray(entry)) {
    return { entry: Object.create(null), problem: "the line is not a JSON object" };
  }
  const flat = Object.entries(entry).every(([name, value]) =>
    (typeof value === "string" || Number.isSafeInteger(value)) && (ALWAYS.has(name) || (SOMETIMES.has(name) && value)));
  const problem = flat && canonical(entry) === line ? "" : "the line is not written as zkctl writes it";
  return { entry, problem };
}

const seconds = (text) => (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) / 1000 : NaN);

// the last second at which a contribution counts
function lastMoment(rules) {
  const limits = [Infinity];
  if (rules.deadline) limits.push(seconds(rules.deadline));
  if (rules.beacon_round) limits.push(QUICKNET.genesis + QUICKNET.period * (rules.beacon_round - 1) - 1);
  return Math.min(...limits);
}

// -> one { entry, digest, problems } per line; `problems` are sentences
function checkTranscript(lines, rules, identity) {
  const state = { previous: "0".repeat(64), number: 0, parent: "", closed: false, identity, rules };
  return lines.map((line, k) => {
    const { entry, problem } = parseLine(line);
    const digest = hex(sha256(utf8(line)));
    const problems = problem ? [problem] : lineProblems(entry, k, state);
    state.previous = digest;
    if (entry.kind !== "rejected") {
      state.number = entry.number || 0;
      state.parent = entry.contribution || "";
      state.closed = state.closed || entry.kind === "beacon";
    }
    return { entry, digest, problems };
  });
}

function lineProblems(entry, k, state) {
  const problems = [];
  const require = (holds, problem) => { if (!holds) problems.push(problem); };
  require(entry.previous === state.previous && (entry.index || 0) === k, "the line does not follow the one before it");
  require((entry.kind === "init") === (k === 0), "only the first line begins a ceremony");
  require(entry.rules === state.identity, "the line belongs to other rules");
  require(["init", "contribution", "beacon", "rejected"].includes(entry.kind), "unknown kind of line");
  if (entry.kind === "rejected") return problems;
  const number = entry.number || 0;
  if (k > 0) {
    require(number === state.number + 1 && entry.parent === state.parent, "the contribution does not continue the one before it");
    require(!state.closed, "a contribution follows the beacon");
  }
  require(entry.file === String(number).padStart(4, "0") + ".zkey", "the key is not named after its number");
  require(isDigest(entry.key, 64) && isDigest(entry.contribution, 64), "a digest is not one");
  if (entry.kind === "contribution") {
    require(seconds(entry.time) <= lastMoment(state.rules), "recorded after contributions ended");
    require(entry.signature || !state.rules.signatures_required, "the signature that the rules require is missing");
  }
  if (entry.kind === "beacon" && state.rules.beacon_round) {
    require(entry.drand_round === state.rules.beacon_round, "the beacon is another round than announced");
  }
  return problems;
}

// -- signatures, where the browser can: Ed25519 over five lines, plain or in the form of ssh-keygen -Y sign

const statementOf = (entry) => utf8(
  ["zkctl-ceremony-v1", entry.rules, entry.number, entry.parent, entry.contribution].map((part) => part + "\n").join(""));
const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

async function canVerifySignatures() {
  if (!globalThis.crypto || !crypto.subtle) return false;
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1, 0, 1), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch { return false; }
}

// strings with their length before them, as in RFC 4251
function sshStrings(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), found = [];
  for (let at = 0; at < bytes.length;) {
    const n = view.getUint32(at);
    if (at + 4 + n > bytes.length) throw new Error("cut short");
    found.push(bytes.slice(at + 4, at + 4 + n));
    at += 4 + n;
  }
  return found;
}

function rawKey(blob) {
  const [kind, key, ...rest] = sshStrings(blob);
  if (new TextDecoder().decode(kind) !== "ssh-ed25519" || key.length !== 32 || rest.length) throw new Error("not Ed25519");
  return key;
}

// what was really signed, and the signature; throws for what is none
async function signedBytes(entry, blob) {
  if (!entry.signature.startsWith("sshsig:")) return [statementOf(entry), fromHex(entry.signature)];
  const armour = fromBase64(entry.signature.slice(7)), text = (bytes) => new TextDecoder().decode(bytes);
  if (text(armour.slice(0, 10)) !== "SSHSIG\0\0\0\x01") throw new Error("not an SSHSIG");
  const [key, namespace, reserved, hash, signature, ...rest] = sshStrings(armour.slice(10));
  const algorithm = { sha256: "SHA-256", sha512: "SHA-512" }[text(hash)];
  const [kind, value, ...more] = sshStrings(signature);
  const right = hex(key) === hex(blob) && text(namespace) === "zkctl-ceremony-v1" && algorithm;
  if (!right || text(kind) !== "ssh-ed25519" || rest.length || more.length) throw new Error("another signature");
  const digest = new Uint8Array(await crypto.subtle.digest(algorithm, statementOf(entry)));
  const field = (bytes) => joined([0, 0, 0, bytes.length], bytes); // all shorter than 256 bytes
  return [joined(utf8("SSHSIG"), field(namespace), field(reserved), field(hash), field(digest)), value];
}

async function signatureHolds(entry) {
  try {
    const blob = fromBase64(entry.public_key.split(" ")[1]);
    const key = await crypto.subtle.importKey("raw", rawKey(blob), { name: "Ed25519" }, false, ["verify"]);
    const [message, signature] = await signedBytes(entry, blob);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  } catch { return false; }
}
