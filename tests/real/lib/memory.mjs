// The memory of a core, read without dumpdive: what a test wants to know for itself.
import fs from 'node:fs';

const PT_LOAD = 1, WRITABLE = 2;

// Segments that the core saved: [{ start, size, offset, writable }], addresses as numbers (user space
// addresses have 47 bits).
export function segments(file) {
  const fd = fs.openSync(file, 'r');
  const head = Buffer.alloc(64);
  fs.readSync(fd, head, 0, 64, 0);
  const at = Number(head.readBigUInt64LE(32)), size = head.readUInt16LE(54), count = head.readUInt16LE(56);
  const table = Buffer.alloc(size * count);
  fs.readSync(fd, table, 0, table.length, at);
  fs.closeSync(fd);
  const found = [];
  for (let i = 0; i < table.length; i += size) {
    if (table.readUInt32LE(i) === PT_LOAD && Number(table.readBigUInt64LE(i + 32)) > 0) {
      found.push({
        offset: Number(table.readBigUInt64LE(i + 8)), start: Number(table.readBigUInt64LE(i + 16)),
        size: Number(table.readBigUInt64LE(i + 32)), writable: (table.readUInt32LE(i + 4) & WRITABLE) !== 0,
      });
    }
  }
  return found;
}

// A function that reads a u32 at an address; undefined where the core saved nothing.
export function reader(file) {
  const all = segments(file), fd = fs.openSync(file, 'r'), word = Buffer.alloc(4);
  return (address) => {
    const segment = all.find((one) => one.start <= address && address + 4 <= one.start + one.size);
    if (!segment || fs.readSync(fd, word, 0, 4, segment.offset + address - segment.start) !== 4)
      return undefined;
    return word.readUInt32LE(0);
  };
}
