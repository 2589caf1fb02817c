// BLAKE2b-512 (RFC 7693) and SHA-256 (FIPS 180-4) on bytes.  Our own, because browsers have no BLAKE2b,
// and no SHA-256 either in pages that come over plain http.

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const CARRY = 4294967296; // 2^32: a 64-bit word is two 32-bit ones, low half first

// the first 64 bits of the fractional parts of the square roots of 2, 3, 5, 7, 11, 13, 17, 19
const BLAKE2B_IV = new Int32Array([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a,
  0xade682d1, 0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);
const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
].map((row) => row.map((word) => 2 * word));

class Blake2b {
  constructor() {
    this.state = BLAKE2B_IV.slice();
    this.state[0] ^= 0x01010040; // no key, 64 bytes of digest
    this.block = new Uint8Array(128);
    this.words = new Int32Array(this.block.buffer); // little-endian, as every browser's machine is
    this.mixed = new Int32Array(32);
    this.filled = 0;
    this.length = 0;
  }

  update(bytes) {
    let from = 0;
    while (from < bytes.length) {
      if (this.filled === 128) this.compress(false); // the last block waits for digest()
      const n = Math.min(128 - this.filled, bytes.length - from);
      this.block.set(bytes.subarray(from, from + n), this.filled);
      this.filled += n;
      from += n;
    }
    return this;
  }

  compress(last) {
    this.length += this.filled;
    this.filled = 0;
    const v = this.mixed, m = this.words, h = this.state;
    v.set(h);
    v.set(BLAKE2B_IV, 16);
    v[24] ^= this.length % CARRY;
    v[25] ^= Math.floor(this.length / CARRY);
    if (last) { v[28] = ~v[28]; v[29] = ~v[29]; }
    for (let round = 0; round < 12; round++) {
      const s = SIGMA[round % 10];
      mix(v, 0, 8, 16, 24, m, s[0], s[1]);
      mix(v, 2, 10, 18, 26, m, s[2], s[3]);
      mix(v, 4, 12, 20, 28, m, s[4], s[5]);
      mix(v, 6, 14, 22, 30, m, s[6], s[7]);
      mix(v, 0, 10, 20, 30, m, s[8], s[9]);
      mix(v, 2, 12, 22, 24, m, s[10], s[11]);
      mix(v, 4, 14, 16, 26, m, s[12], s[13]);
      mix(v, 6, 8, 18, 28, m, s[14], s[15]);
    }
    for (let k = 0; k < 16; k++) h[k] ^= v[k] ^ v[k + 16];
  }

  copy() {
    const other = new Blake2b();
    other.state.set(this.state);
    other.block.set(this.block);
    other.filled = this.filled;
    other.length = this.length;
    return other;
  }

  digest() {
    this.block.fill(0, this.filled);
    this.compress(true);
    return new Uint8Array(this.state.buffer.slice(0));
  }
}

// the carry out of bit 31 of a + b = sum, in whole 32-bit steps: far quicker than floating point
const carry = (a, b, sum) => ((a & b) | ((a | b) & ~sum)) >>> 31;

// G of RFC 7693, 3.1: twice   a += b + m; d = (d ^ a) >>> r; c += d; b = (b ^ c) >>> s   on halves of words
function mix(v, a, b, c, d, m, x, y) {
  let aLow = v[a], aHigh = v[a + 1], bLow = v[b], bHigh = v[b + 1];
  let cLow = v[c], cHigh = v[c + 1], dLow = v[d], dHigh = v[d + 1];
  let sum, low, high;
  sum = (aLow + bLow) | 0;
  aHigh = (aHigh + bHigh + carry(aLow, bLow, sum)) | 0;
  aLow = (sum + m[x]) | 0;
  aHigh = (aHigh + m[x + 1] + carry(sum, m[x], aLow)) | 0;
  low = dLow ^ aLow; high = dHigh ^ aHigh;
  dLow = high; dHigh = low; // 32
  sum = (cLow + dLow) | 0;
  cHigh = (cHigh + dHigh + carry(cLow, dLow, sum)) | 0;
  cLow = sum;
  low = bLow ^ cLow; high = bHigh ^ cHigh;
  bLow = (low >>> 24) | (high << 8); bHigh = (high >>> 24) | (low << 8); // 24
  sum = (aLow + bLow) | 0;
  aHigh = (aHigh + bHigh + carry(aLow, bLow, sum)) | 0;
  aLow = (sum + m[y]) | 0;
  aHigh = (aHigh + m[y + 1] + carry(sum, m[y], aLow)) | 0;
  low = dLow ^ aLow; high = dHigh ^ aHigh;
  dLow = (low >>> 16) | (high << 16); dHigh = (high >>> 16) | (low << 16); // 16
  sum = (cLow + dLow) | 0;
  cHigh = (cHigh + dHigh + carry(cLow, dLow, sum)) | 0;
  cLow = sum;
  low = bLow ^ cLow; high = bHigh ^ cHigh;
  bLow = (high >>> 31) | (low << 1); bHigh = (low >>> 31) | (high << 1); // 63
  v[a] = aLow; v[a + 1] = aHigh; v[b] = bLow; v[b + 1] = bHigh;
  v[c] = cLow; v[c + 1] = cHigh; v[d] = dLow; v[d + 1] = dHigh;
}

const blake2b = (...parts) => {
  const state = new Blake2b();
  parts.forEach((part) => state.update(part));
  return state.digest();
};

// the first 32 bits of the fractional parts of the roots of the first primes: cube roots, square roots
const PRIMES = Array.from({ length: 312 }, (_, k) => k).filter((n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return n > 1;
});
const fraction = (root) => ((root - Math.floor(root)) * CARRY) >>> 0;
const SHA256_K = Uint32Array.from(PRIMES.slice(0, 64), (p) => fraction(Math.cbrt(p)));
const SHA256_IV = Uint32Array.from(PRIMES.slice(0, 8), (p) => fraction(Math.sqrt(p)));

function sha256(bytes) {
  const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  const state = SHA256_IV.slice(), w = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let k = 0; k < 16; k++) w[k] = view.getUint32(at + 4 * k);
    sha256Block(state, w);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, k) => digest.setUint32(4 * k, word));
  return new Uint8Array(digest.buffer);
}

const turn = (x, n) => (x >>> n) | (x << (32 - n));

function sha256Block(state, w) {
  for (let k = 16; k < 64; k++) {
    const x = w[k - 15], y = w[k - 2];
    const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3), s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[k] = w[k - 16] + s0 + w[k - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let k = 0; k < 64; k++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25), choice = (e & f) ^ (~e & g);
    const one = (h + s1 + choice + SHA256_K[k] + w[k]) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22), most = (a & b) ^ (a & c) ^ (b & c);
    h = g; g = f; f = e; e = (d + one) | 0;
    d = c; c = b; b = a; a = (one + s0 + most) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, k) => { state[k] += word; });
}
