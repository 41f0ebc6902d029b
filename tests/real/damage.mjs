// damage.mjs pages|words FILE COUNT SEED: overwrite parts of a core in place (see damage.sh, which copies it).
// What is damaged lies in the memory the core saved (PT_LOAD, not in holes of more than a page); each is
// printed as "offset length".
import fs from 'fs';

const [mode, file, countText, seedText] = process.argv.slice(2);
const count = Number(countText);

// xorshift64*: the same damage everywhere for the same seed.
let state = BigInt(seedText) * 0x9e3779b97f4a7c15n + 1n & 0xffffffffffffffffn;
function random64() {
  state ^= state >> 12n;
  state = (state ^ state << 25n) & 0xffffffffffffffffn;
  state ^= state >> 27n;
  return state * 0x2545f4914f6cdd1dn & 0xffffffffffffffffn;
}
const below = n => Number(random64() % BigInt(n));

const fd = fs.openSync(file, 'r+');
function read(offset, length) {
  const b = Buffer.alloc(length);
  const got = fs.readSync(fd, b, 0, length, offset);
  return b.subarray(0, got);
}
const head = read(0, 64);
if (head.readUInt32BE(0) !== 0x7f454c46) throw new Error(`${file} is not ELF`);
const phoff = Number(head.readBigUInt64LE(32)), phnum = head.readUInt16LE(56);
const table = read(phoff, phnum * 56);
const pages = [];
const zero = Buffer.alloc(4096);
for (let i = 0; i < phnum; i++) {
  const p = table.subarray(i * 56);
  if (p.readUInt32LE(0) !== 1) continue;
  const start = Number(p.readBigUInt64LE(8)), size = Number(p.readBigUInt64LE(32));
  for (let at = 0; at < size; at += 1 << 20) {
    const block = read(start + at, Math.min(1 << 20, size - at));
    for (let k = 0; k + 4096 <= block.length; k += 4096) {
      if (block.compare(zero, 0, 4096, k, k + 4096) !== 0) pages.push(start + at + k);
    }
  }
}
if (pages.length === 0) throw new Error(`${file} has no saved memory`);

for (let i = 0; i < count; i++) {
  let offset = pages[below(pages.length)];
  let bytes;
  if (mode === 'pages') {
    bytes = Buffer.alloc(4096);
    for (let k = 0; k < 4096; k += 8) bytes.writeBigUInt64LE(random64(), k);
  } else {
    offset += 8 * below(512);
    bytes = Buffer.alloc(8);
    switch (below(6)) {
      case 0: bytes.writeBigUInt64LE(random64()); break;
      case 1: break;
      case 2: bytes.fill(0xff); break;
      case 3: bytes.writeBigUInt64LE(random64() & 0xffffn); break;
      case 4: bytes.writeBigUInt64LE((random64() & 0x7fffffffn) << 32n); break;  // a Smi
      case 5: bytes = read(pages[below(pages.length)] + 8 * below(512), 8); break;
    }
  }
  fs.writeSync(fd, bytes, 0, bytes.length, offset);
  console.log(offset, bytes.length);
}
