// The contribution records inside a Groth16 key: section 10 is found while the file streams by, then the
// hash of each record is computed as in zkctl/ceremony/hashing.py.
//
// file     "zkey" | u32 version | u32 sections | sections of u32 type | u64 length | payload
// record   G1 delta | G1 s | G1 sx | G2 spx | 64 bytes challenge | u32 kind | u32 length | parameters
// hash     BLAKE2b(U(delta) | U(s) | U(sx) | U(spx) | challenge)

const MAX_RECORDS = 1 << 26; // bytes of section 10 that are kept
const HEADER = 2, RECORDS = 10;

class KeyScanner {
  constructor() { this.kept = new Map(); this.want(12, (head) => this.onFile(head)); }

  want(n, then) { this.buffer = new Uint8Array(n); this.filled = 0; this.then = then; this.skip = 0; }

  onFile(head) {
    this.then = null;
    if (new TextDecoder().decode(head.subarray(0, 4)) === "zkey") this.want(12, (h) => this.onSection(h));
  }

  onSection(head) {
    const view = new DataView(head.buffer), type = view.getUint32(0, true);
    const length = view.getUint32(4, true) + view.getUint32(8, true) * CARRY;
    const next = () => this.want(12, (h) => this.onSection(h));
    const keep = (type === HEADER || type === RECORDS) && length <= MAX_RECORDS && length > 0 && !this.kept.has(type);
    if (keep) this.want(length, (payload) => { this.kept.set(type, payload); next(); });
    else { next(); this.skip = length; }
  }

  update(bytes) {
    let from = 0;
    while (this.then && from < bytes.length) {
      const n = Math.min(bytes.length - from, this.skip || this.buffer.length - this.filled);
      if (this.skip) this.skip -= n;
      else { this.buffer.set(bytes.subarray(from, from + n), this.filled); this.filled += n; }
      from += n;
      if (!this.skip && this.filled === this.buffer.length) this.then(this.buffer);
    }
  }

  // -> { circuit, contributions: [{ hash, beacon, chained }] }, or null for a file without records
  result() {
    const header = this.kept.get(HEADER), records = this.kept.get(RECORDS);
    try { return header && records ? readRecords(header, records) : null; } catch { return null; }
  }
}

const toInteger = (bytes) => BigInt("0x" + (hex(bytes) || "0"));

// r^-1 mod q by the extended algorithm of Euclid
function inverse(value, q) {
  let [a, b, x, y] = [value % q, q, 1n, 0n];
  while (a > 0n) { const k = b / a; [a, b, x, y] = [b - k * a, a, y - k * x, x]; }
  return ((y % q) + q) % q;
}

function readRecords(header, records) {
  const n = new DataView(header.buffer).getUint32(0, true), q = toInteger(header.slice(4, 4 + n).reverse());
  const factor = inverse(1n << BigInt(8 * n), q); // coordinates are in Montgomery form
  let at = 0;
  const take = (length) => {
    if (at + length > records.length) throw new Error("section 10 is cut short");
    at += length;
    return records.slice(at - length, at);
  };
  const number = () => new DataView(take(4).buffer).getUint32(0, true);
  const coordinate = () => fromHex(((toInteger(take(n).reverse()) * factor) % q).toString(16).padStart(2 * n, "0"));
  const g1 = () => [coordinate(), coordinate()];
  const fq2 = () => [coordinate(), coordinate()].reverse(); // U has c1 first
  const circuit = take(64), chain = new Blake2b().update(circuit), contributions = [];
  for (let left = number(); left > 0; left--) {
    const delta = g1(), pair = [...g1(), ...g1()], spx = [...fq2(), ...fq2()], challenge = take(64);
    const kind = number();
    take(number());
    const own = chain.copy();
    pair.forEach((part) => own.update(part));
    const key = [...delta, ...pair, ...spx, challenge];
    key.forEach((part) => chain.update(part));
    contributions.push({ hash: hex(blake2b(...key)), beacon: kind === 1, chained: hex(own.digest()) === hex(challenge) });
  }
  return { circuit: hex(circuit), contributions };
}

// -> a sentence about what is wrong, or ""
function recordProblem(found, entries) {
  const [first, ...rest] = entries;
  if (found.circuit !== first.contribution) return "the key is of another circuit than the ledger";
  if (found.contributions.length !== rest.length) return `the key has ${found.contributions.length} contributions, recorded are ${rest.length}`;
  for (const [k, record] of found.contributions.entries()) {
    if (record.hash !== rest[k].contribution) return `contribution ${k + 1} in the key is not the recorded one`;
    if (record.beacon !== (rest[k].kind === "beacon")) return `key and ledger differ in whether contribution ${k + 1} is a beacon`;
    if (!record.chained) return `contribution ${k + 1} in the key does not build on those before it`;
  }
  return "";
}
