// Which object is which node of a heap snapshot that the process wrote of itself.
//
// V8's heap profiler remembers the id of every object it has put into a snapshot, and follows objects that the
// collector moves, for as long as the process lives: HeapObjectsMap::entries_ (src/profiler/
// heap-snapshot-generator.h), a vector of { u32 id; u64 address; u32 size; bool accessed } in ascending order
// of ids, which are odd. So a core holds the identity of every node. 7.8 to 14.6 have the same record.
import fs from 'node:fs';
import { segments } from './memory.mjs';

const RECORD = 6; // 32-bit words
const LEAST = 1000; // records in a row: nothing else looks like that
const CHUNK = 1 << 20;

function isZero(words, from, to) {
  for (let i = from; i < to; i++)
    if (words[i] !== 0)
      return false;
  return true;
}

// The longest run of records in a segment: { at, count } in words.
function longestRun(words) {
  let best = { at: 0, count: 0 };
  for (let i = 0; i + 2 * RECORD < words.length; i += 2) {
    if (i % (CHUNK / 4) === 0 && isZero(words, i, Math.min(words.length, i + CHUNK / 4))) {
      i += CHUNK / 4 - 2;
      continue;
    }
    const id = words[i];
    if ((id & 1) === 0 || words[i + RECORD] !== id + 2 || words[i + 2 * RECORD] !== id + 4)
      continue;
    let count = 3;
    while (words[i + count * RECORD] === id + 2 * count)
      count++;
    if (count > best.count)
      best = { at: i, count };
    i += (count - 1) * RECORD;
  }
  return best;
}

// Map of node id -> address, for every node that is something in memory. 0: it died, and V8 noticed when
// another object was moved to its place.
export function objectIds(core) {
  const fd = fs.openSync(core, 'r');
  let best = { count: 0 };
  for (const segment of segments(core)) {
    if (!segment.writable)
      continue;
    const buffer = new ArrayBuffer(segment.size & ~7);
    fs.readSync(fd, new Uint8Array(buffer), 0, buffer.byteLength, segment.offset);
    const words = new Uint32Array(buffer), run = longestRun(words);
    if (run.count > best.count)
      best = { count: run.count, words: words.slice(run.at, run.at + run.count * RECORD) };
  }
  fs.closeSync(fd);
  if (best.count < LEAST)
    throw new Error(`${core}: the heap profiler's table of objects was not found`);
  const ids = new Map();
  for (let i = 0; i < best.count; i++) {
    const [id, , low, high] = best.words.subarray(i * RECORD, i * RECORD + 4);
    ids.set(id, high * 2 ** 32 + low);
  }
  return ids;
}
