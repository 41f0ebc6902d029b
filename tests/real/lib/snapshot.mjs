// Reads a .heapsnapshot file as a stream into typed arrays: numbers never become text or objects, so that
// some hundred MB are read in seconds within a few bytes a node and an edge.
//
// readSnapshot(path) and parseSnapshot(text) return
//   nodeCount, edgeCount, strings
//   nodeTypes, edgeTypes      names of the types
//   type, name, id, selfSize, detachedness   of each node, by its ordinal (name: index into strings)
//   firstEdge                 of each node, and one more: where its edges begin
//   edgeType, edgeName, edgeTo  of each edge (edgeTo: ordinal of a node)
import fs from 'node:fs';

class Reader {
  constructor(fill, chunk) {
    this.fill = fill; // (buffer) => bytes read into it, 0 at the end
    this.chunk = chunk;
    this.have = this.at = 0;
  }

  byte() {
    if (this.at === this.have) {
      this.have = this.fill(this.chunk);
      this.at = 0;
      if (this.have === 0)
        return -1;
    }
    return this.chunk[this.at++];
  }

  // The next byte that is not blank.
  token() {
    let b = this.byte();
    while (b === 10 || b === 13 || b === 32 || b === 9)
      b = this.byte();
    return b;
  }

  expect(text) {
    for (const c of Buffer.from(text))
      if (this.token() !== c)
        throw new Error(`not a heap snapshot: expected ${text}`);
  }

  // One JSON object or array as text: braces and brackets balanced, strings respected.
  value() {
    const out = [];
    let depth = 0, quoted = false, escaped = false;
    for (;;) {
      const b = this.byte();
      if (b < 0)
        throw new Error('a heap snapshot that is cut off');
      out.push(b);
      if (quoted) {
        if (escaped) escaped = false;
        else if (b === 92) escaped = true;
        else if (b === 34) quoted = false;
      } else if (b === 34) quoted = true;
      else if (b === 123 || b === 91) depth++;
      else if ((b === 125 || b === 93) && --depth === 0)
        return Buffer.from(out).toString();
    }
  }

  // The text of one JSON string after its opening quote.
  string() {
    const out = [34];
    let escaped = false;
    for (;;) {
      const b = this.byte();
      if (b < 0)
        throw new Error('a heap snapshot that is cut off');
      out.push(b);
      if (escaped) escaped = false;
      else if (b === 92) escaped = true;
      else if (b === 34) return JSON.parse(Buffer.from(out).toString());
    }
  }

  // Numbers after the opening bracket, up to the closing one: take(number).
  numbers(take) {
    let n = 0, any = false, negative = false;
    for (;;) {
      const b = this.byte();
      if (b >= 48 && b <= 57) {
        n = n * 10 + b - 48;
        any = true;
      } else if (b === 45) negative = true;
      else if (b === 44 || b === 93) {
        if (any) take(negative ? -n : n);
        n = 0;
        any = negative = false;
        if (b === 93) return;
      } else if (b < 0) throw new Error('a heap snapshot that is cut off');
    }
  }

  strings() {
    const all = [];
    for (;;) {
      const b = this.token();
      if (b === 93) return all;
      if (b === 34) all.push(this.string());
      else if (b !== 44) throw new Error('not a heap snapshot: a string was expected');
    }
  }
}

function nodesInto(reader, fields, snapshot) {
  const columns = [];
  for (const [field, column] of [['type', 'type'], ['name', 'name'], ['id', 'id'], ['self_size', 'selfSize'],
    ['detachedness', 'detachedness']])
    if (fields.includes(field))
      columns[fields.indexOf(field)] = snapshot[column];
  const counts = columns[fields.indexOf('edge_count')] = snapshot.firstEdge.subarray(1);
  let node = 0, field = 0;
  reader.numbers((n) => {
    if (columns[field])
      columns[field][node] = n;
    if (++field === fields.length) {
      field = 0;
      node++;
    }
  });
  if (node !== snapshot.nodeCount || field !== 0)
    throw new Error('a heap snapshot without all its nodes');
  for (let i = 1; i < snapshot.nodeCount; i++)
    counts[i] += counts[i - 1];
  if (snapshot.firstEdge[snapshot.nodeCount] !== snapshot.edgeCount)
    throw new Error('a heap snapshot without all its edges');
}

function edgesInto(reader, fields, width, snapshot) {
  const columns = [];
  for (const [field, column] of [['type', 'edgeType'], ['name_or_index', 'edgeName'], ['to_node', 'edgeTo']])
    columns[fields.indexOf(field)] = snapshot[column];
  let edge = 0, field = 0;
  reader.numbers((n) => {
    columns[field][edge] = n;
    if (++field === fields.length) {
      field = 0;
      edge++;
    }
  });
  if (edge !== snapshot.edgeCount || field !== 0)
    throw new Error('a heap snapshot without all its edges');
  for (let i = 0; i < edge; i++)
    snapshot.edgeTo[i] /= width;
}

function parse(reader) {
  reader.expect('{"snapshot":');
  const { meta, node_count: nodeCount, edge_count: edgeCount } = JSON.parse(reader.value());
  const snapshot = {
    nodeCount, edgeCount, strings: [],
    nodeTypes: meta.node_types[0], edgeTypes: meta.edge_types[0],
    type: new Uint8Array(nodeCount), name: new Uint32Array(nodeCount), id: new Float64Array(nodeCount),
    selfSize: new Float64Array(nodeCount), detachedness: new Uint8Array(nodeCount),
    firstEdge: new Uint32Array(nodeCount + 1),
    edgeType: new Uint8Array(edgeCount), edgeName: new Uint32Array(edgeCount), edgeTo: new Uint32Array(edgeCount),
  };
  for (let b = reader.token(); b !== 125; b = reader.token()) {
    if (b === 44)
      b = reader.token();
    if (b !== 34)
      throw new Error('not a heap snapshot: a key was expected');
    const key = reader.string();
    reader.expect(':');
    reader.expect('[');
    if (key === 'nodes')
      nodesInto(reader, meta.node_fields, snapshot);
    else if (key === 'edges')
      edgesInto(reader, meta.edge_fields, meta.node_fields.length, snapshot);
    else if (key === 'strings')
      snapshot.strings = reader.strings();
    else if (key === 'trace_tree')
      skip(reader);
    else
      reader.numbers(() => {});
  }
  return snapshot;
}

// The rest of an array of anything without strings.
function skip(reader) {
  for (let depth = 1; depth > 0;) {
    const b = reader.byte();
    if (b < 0) throw new Error('a heap snapshot that is cut off');
    if (b === 91) depth++;
    else if (b === 93) depth--;
  }
}

export function readSnapshot(path) {
  const fd = fs.openSync(path, 'r');
  try {
    return parse(new Reader((chunk) => fs.readSync(fd, chunk, 0, chunk.length, null), Buffer.alloc(1 << 20)));
  } finally {
    fs.closeSync(fd);
  }
}

export function parseSnapshot(text) {
  let rest = Buffer.from(text);
  return parse(new Reader((chunk) => {
    const n = rest.copy(chunk);
    rest = rest.subarray(n);
    return n;
  }, Buffer.alloc(64)));
}
