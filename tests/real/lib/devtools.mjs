// What Chrome DevTools' memory panel would show of a .heapsnapshot: an oracle for our own figures.
//
// Made from what its worker computes (front_end/entrypoints/heap_snapshot_worker/HeapSnapshot.ts of
// devtools-frontend, as of 2025), with other algorithms where there is a choice.
//
// devtools(snapshot) takes what snapshot.mjs reads, and returns by node ordinal
//   distance     1: a global object. From SYSTEM_DISTANCE on: only reached from the synthetic roots.
//                NO_DISTANCE: not reached over edges that are not weak
//   dominator    ordinal of the immediate dominator; the root is its own
//   retained     bytes
//   shallow      self size, with the sizes of arrays and hidden nodes that have one owner moved to it
//   retainers(n) [{ from, edge }] in order of edges, weak ones and those of the root among them
//   className(n) name of the class it is counted under, object literals all as "Object"
//   classes()    class name → { count, shallow, retained, distance }
//   edge(e)      { type, name, to } of an edge; name is a number for elements and hidden edges
// and essential(e): does an edge count for dominators?
export const SYSTEM_DISTANCE = 100000000;
export const NO_DISTANCE = -5;

const EPHEMERON = /^\d+( \/ part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @(\d+)\))$/s;

class View {
  constructor(snapshot) {
    Object.assign(this, snapshot);
    const node = (name) => snapshot.nodeTypes.indexOf(name), edge = (name) => snapshot.edgeTypes.indexOf(name);
    this.HIDDEN = node('hidden');
    this.ARRAY = node('array');
    this.SYNTHETIC = node('synthetic');
    this.ELEMENT = edge('element');
    this.HIDDEN_EDGE = edge('hidden');
    this.INTERNAL = edge('internal');
    this.SHORTCUT = edge('shortcut');
    this.WEAK = edge('weak');
    this.ephemerons = new Map(); // index of an edge's name → { pair, table }, or null
  }

  nodeName(n) {
    return this.strings[this.name[n]];
  }

  hasStringName(e) {
    return this.edgeType[e] !== this.ELEMENT && this.edgeType[e] !== this.HIDDEN_EDGE;
  }

  nameOfEdge(e) {
    return this.hasStringName(e) ? this.strings[this.edgeName[e]] : this.edgeName[e];
  }

  // Is it one of the two edges to the value of a WeakMap's entry?
  ephemeron(e) {
    if (this.edgeType[e] !== this.INTERNAL)
      return null;
    const name = this.edgeName[e];
    let found = this.ephemerons.get(name);
    if (found === undefined) {
      const match = this.strings[name].includes('pair in WeakMap') ? EPHEMERON.exec(this.strings[name]) : null;
      found = match && { pair: match[1], table: Number(match[2]) };
      this.ephemerons.set(name, found);
    }
    return found;
  }
}

// --- owners ----------------------------------------------------------------------------------------------------

// Arrays and hidden nodes that only one other node leads to, directly or over more of them, add to its size.
function shallowSizes(view) {
  const NOBODY = 0xffffffff, SEVERAL = 0xfffffffe;
  const { nodeCount, type, firstEdge, edgeTo, edgeType } = view;
  const shallow = view.selfSize.slice();
  let userRoots = false;
  for (let e = firstEdge[0]; e < firstEdge[1]; e++)
    userRoots ||= type[edgeTo[e]] !== view.SYNTHETIC;
  if (!userRoots)
    return shallow; // a snapshot that exposes internals
  const owner = new Uint32Array(nodeCount), work = [];
  for (let n = 0; n < nodeCount; n++) {
    const owned = type[n] === view.HIDDEN || type[n] === view.ARRAY;
    owner[n] = owned ? NOBODY : n;
    if (!owned)
      work.push(n);
  }
  while (work.length) {
    const from = work.pop();
    for (let e = firstEdge[from]; e < firstEdge[from + 1]; e++) {
      const to = edgeTo[e];
      if (edgeType[e] === view.WEAK || owner[to] === to || owner[to] === owner[from] || owner[to] === SEVERAL)
        continue;
      owner[to] = owner[to] === NOBODY ? owner[from] : SEVERAL;
      work.push(to);
    }
  }
  for (let n = 0; n < nodeCount; n++) {
    const to = owner[n];
    if (to === n || to === NOBODY || to === SEVERAL || to === 0 || type[to] === view.SYNTHETIC)
      continue;
    shallow[to] += shallow[n];
    shallow[n] = 0;
  }
  return shallow;
}

// --- distances -------------------------------------------------------------------------------------------------

// Edges that no distance is counted along. The value of a WeakMap's entry gets the distance of whichever of key
// and table is reached later: the first of the two edges met is passed over.
function distanceFilter(view) {
  const pending = new Set();
  return (from, e) => {
    if (view.type[from] === view.HIDDEN && view.nodeName(from) === 'system / NativeContext' &&
        String(view.nameOfEdge(e)) === 'sloppy_function_map')
      return false;
    if (view.type[from] === view.ARRAY && view.nodeName(from) === '(map descriptors)') {
      const index = parseInt(view.nameOfEdge(e), 10);
      return index < 2 || index % 3 !== 1;
    }
    const ephemeron = view.ephemeron(e);
    if (ephemeron && !pending.delete(ephemeron.pair)) {
      pending.add(ephemeron.pair);
      return false;
    }
    return true;
  };
}

function distances(view) {
  const { nodeCount, firstEdge, edgeTo, edgeType, type } = view;
  const distance = new Int32Array(nodeCount).fill(NO_DISTANCE);
  const queue = new Uint32Array(nodeCount + 1), filter = distanceFilter(view);
  function search(count) {
    for (let at = 0; at < count; at++) {
      const from = queue[at];
      for (let e = firstEdge[from]; e < firstEdge[from + 1]; e++) {
        const to = edgeTo[e];
        if (edgeType[e] === view.WEAK || distance[to] !== NO_DISTANCE || !filter(from, e))
          continue;
        distance[to] = distance[from] + 1;
        queue[count++] = to;
      }
    }
  }
  let count = 0, any = false;
  for (let e = firstEdge[0]; e < firstEdge[1]; e++) {
    const to = edgeTo[e];
    const documents = type[to] === view.SYNTHETIC && view.nodeName(to) === '(Document DOM trees)';
    if (type[to] === view.SYNTHETIC && !documents)
      continue;
    any = true;
    if (edgeType[e] === view.WEAK || distance[to] === 1)
      continue;
    distance[to] = 1;
    queue[count++] = to;
  }
  search(count);
  distance[0] = any ? SYSTEM_DISTANCE : 0;
  queue[0] = 0;
  search(1);
  return distance;
}

// --- dominators ------------------------------------------------------------------------------------------------

// What the page owns: all that the global objects lead to.
function pageObjects(view) {
  const { firstEdge, edgeTo, edgeType } = view;
  const owned = new Uint8Array(view.nodeCount), work = [];
  for (let e = firstEdge[0]; e < firstEdge[1]; e++) {
    const documents = edgeType[e] === view.ELEMENT && view.type[edgeTo[e]] === view.SYNTHETIC &&
      view.nodeName(edgeTo[e]) === '(Document DOM trees)';
    if (edgeType[e] === view.SHORTCUT || documents) {
      owned[edgeTo[e]] = 1;
      work.push(edgeTo[e]);
    }
  }
  while (work.length) {
    const from = work.pop();
    for (let e = firstEdge[from]; e < firstEdge[from + 1]; e++)
      if (edgeType[e] !== view.WEAK && !owned[edgeTo[e]]) {
        owned[edgeTo[e]] = 1;
        work.push(edgeTo[e]);
      }
  }
  return owned;
}

function essentialEdges(view) {
  const { nodeCount, firstEdge, edgeTo, edgeType } = view;
  const owned = pageObjects(view), essential = new Uint8Array(view.edgeCount);
  for (let from = 0; from < nodeCount; from++)
    for (let e = firstEdge[from]; e < firstEdge[from + 1]; e++) {
      const to = edgeTo[e];
      if (edgeType[e] === view.WEAK || to === from)
        continue;
      if (from !== 0 && (edgeType[e] === view.SHORTCUT || (owned[to] && !owned[from])))
        continue;
      if (view.ephemeron(e)?.table === view.id[from])
        continue; // the value of a WeakMap's entry is the key's
      essential[e] = 1;
    }
  return essential;
}

// Retainers in CSR form, of all edges.
function reverse(view) {
  const { nodeCount, edgeCount, firstEdge, edgeTo } = view;
  const first = new Uint32Array(nodeCount + 2), edges = new Uint32Array(edgeCount), from = new Uint32Array(edgeCount);
  for (let e = 0; e < edgeCount; e++)
    first[edgeTo[e] + 2]++;
  for (let n = 2; n <= nodeCount + 1; n++)
    first[n] += first[n - 1];
  for (let n = 0; n < nodeCount; n++)
    for (let e = firstEdge[n]; e < firstEdge[n + 1]; e++) {
      edges[first[edgeTo[e] + 1]] = e;
      from[first[edgeTo[e] + 1]++] = n;
    }
  return { first, edges, from };
}

// Depth first from the root, then from the nodes that have no essential retainer (held by weak edges alone).
// What is left then (cycles that nobody holds) is not in the order.
function postorder(view, essential, orphan) {
  const { nodeCount, firstEdge, edgeTo } = view;
  const order = new Uint32Array(nodeCount), number = new Int32Array(nodeCount).fill(-1);
  const next = firstEdge.slice(0, nodeCount), stack = new Uint32Array(nodeCount + 1), seen = new Uint8Array(nodeCount);
  let count = 0;
  // The root comes last, so that the orphans come before it as its children would.
  function visit(start) {
    let depth = 0;
    stack[depth++] = start;
    seen[start] = 1;
    while (depth > 0) {
      const n = stack[depth - 1];
      let child = -1;
      while (next[n] < firstEdge[n + 1] && child < 0) {
        const e = next[n]++;
        if (essential[e] && !seen[edgeTo[e]])
          child = edgeTo[e];
      }
      if (child >= 0) {
        seen[child] = 1;
        stack[depth++] = child;
      } else {
        depth--;
        if (n !== 0) {
          number[n] = count;
          order[count++] = n;
        }
      }
    }
  }
  visit(0);
  for (let n = 1; n < nodeCount; n++)
    if (orphan[n])
      visit(n);
  number[0] = count;
  order[count++] = 0;
  return { order: order.subarray(0, count), number };
}

// Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm": intersect until nothing changes.
function dominatorTree(view, essential, retainers) {
  const { nodeCount } = view;
  const orphan = new Uint8Array(nodeCount).fill(1);
  for (let e = 0; e < view.edgeCount; e++)
    if (essential[e])
      orphan[view.edgeTo[e]] = 0;
  orphan[0] = 0;
  const { order, number } = postorder(view, essential, orphan);
  const top = order.length - 1, dom = new Int32Array(order.length).fill(-1); // by postorder number
  dom[top] = top;
  for (let changed = true; changed;) {
    changed = false;
    for (let i = top - 1; i >= 0; i--) {
      const n = order[i];
      let found = orphan[n] ? top : -1;
      for (let r = retainers.first[n]; r < retainers.first[n + 1]; r++) {
        if (!essential[retainers.edges[r]])
          continue;
        let other = number[retainers.from[r]];
        if (other < 0 || dom[other] < 0)
          continue;
        if (found < 0) {
          found = other;
          continue;
        }
        while (found !== other)
          if (found < other) found = dom[found];
          else other = dom[other];
      }
      if (dom[i] !== found) {
        dom[i] = found;
        changed = true;
      }
    }
  }
  const dominator = new Uint32Array(nodeCount); // of nodes that are not in the order: the root
  for (let i = 0; i < order.length; i++)
    dominator[order[i]] = order[dom[i]];
  return { dominator, order };
}

function retainedSizes(view, tree, shallow) {
  const retained = shallow.slice(), within = new Uint8Array(view.nodeCount);
  for (const n of tree.order)
    within[n] = 1;
  for (let n = 1; n < view.nodeCount; n++)
    if (!within[n])
      retained[0] += retained[n];
  // In postorder a node comes after all nodes it dominates.
  for (const n of tree.order)
    if (n !== 0)
      retained[tree.dominator[n]] += retained[n];
  return retained;
}

// --- classes ---------------------------------------------------------------------------------------------------

const classOfType = { hidden: '(system)', code: '(compiled code)', closure: 'Function', regexp: 'RegExp' };

function className(view, n) {
  const type = view.nodeTypes[view.type[n]];
  if (type === 'object' || type === 'native') {
    const name = view.nodeName(n);
    const tag = /^((?:Detached )?<[^ ]*) /.exec(name);
    return tag ? tag[1] + '>' : name;
  }
  return classOfType[type] ?? `(${type})`;
}

// Of each class, and what its nodes retain together: the sum over those that no other of the class dominates.
function classTable(view, result) {
  const { nodeCount } = view;
  const firstChild = new Int32Array(nodeCount).fill(-1), sibling = new Int32Array(nodeCount).fill(-1);
  for (let n = nodeCount - 1; n > 0; n--) {
    sibling[n] = firstChild[result.dominator[n]];
    firstChild[result.dominator[n]] = n;
  }
  const classes = new Map(), open = new Map(), stack = [0];
  while (stack.length) {
    const n = stack.pop();
    if (n < 0) { // a subtree is through
      open.set(result.className(~n), open.get(result.className(~n)) - 1);
      continue;
    }
    const name = result.className(n), size = result.shallow[n], above = open.get(name) ?? 0;
    if (size > 0) {
      const row = classes.get(name) ?? { count: 0, shallow: 0, retained: 0, distance: Infinity };
      row.count++;
      row.shallow += size;
      row.distance = Math.min(row.distance, result.distance[n]);
      if (above === 0)
        row.retained += result.retained[n];
      classes.set(name, row);
    }
    // A node without a size of its own does not count as one of its class.
    if (size > 0 && firstChild[n] >= 0) {
      open.set(name, above + 1);
      stack.push(~n);
    }
    for (let child = firstChild[n]; child >= 0; child = sibling[child])
      stack.push(child);
  }
  return classes;
}

// The distances alone.
export const distancesOf = (snapshot) => distances(new View(snapshot));

export function devtools(snapshot) {
  const view = new View(snapshot);
  const essential = essentialEdges(view), retainers = reverse(view);
  const tree = dominatorTree(view, essential, retainers), shallow = shallowSizes(view);
  const result = {
    distance: distances(view),
    dominator: tree.dominator,
    retained: retainedSizes(view, tree, shallow),
    shallow,
    essential: (e) => essential[e] === 1,
    className: (n) => className(view, n),
    edge: (e) => ({ type: view.edgeTypes[view.edgeType[e]], name: view.nameOfEdge(e), to: view.edgeTo[e] }),
    classes: () => classTable(view, result),
    retainers(n) {
      const found = [];
      for (let r = retainers.first[n]; r < retainers.first[n + 1]; r++)
        found.push({ from: retainers.from[r], edge: retainers.edges[r] });
      return found;
    },
  };
  return result;
}
