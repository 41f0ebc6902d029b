// A population of known objects, all kept alive by the one instance of class Bed.
// build() returns {bed, truth}: truth says how many there are of each, and what is in them.
//
//   counts      instances of the program's own classes (no prototypes)
//   devtools    what DevTools' constructor column shows for them, in snapshots of all versions. It differs:
//               the prototype object of a derived class counts as one of its parent (and that of a base class
//               as an Object); before V8 10 a class that extends Map is named Map; before V8 14.6 (and
//               still in 14.1) a class is named as it was written, later by its property "name"; an anonymous
//               class goes by the name V8 inferred from the code around it.
//   byProperty  instances of classes of any name, known by a property nothing else has
//   shapes      plain objects by their properties
// Runs on Node 12 to 26.
'use strict';

class Animal { constructor(n) { this.legs = 4; this.serial = n; } }
class Dog extends Animal { constructor(n) { super(n); this.bark = 'woof'; } }
class Puppy extends Dog { constructor(n) { super(n); this.age = n % 12; } }

function Legacy(n) { this.first = n; this.second = n * 2; this.third = 'legacy'; }
Legacy.prototype.method = function method() { return this.first; };

function LegacyChild(n) { Legacy.call(this, n); this.fourth = null; }
LegacyChild.prototype = Object.create(Legacy.prototype);  // no "constructor" of its own

class StaticName { constructor(n) { this.staticNameField = n; } }
Object.defineProperty(StaticName, 'name', { value: 'RenamedClass' });
class StaticMethodName { static name() { return 'x'; } constructor(n) { this.staticMethodField = n; } }

class Empty {}
class Private { constructor(n) { this.open = n; } }
class Tagged { constructor(n) { this.taggedField = n; } get [Symbol.toStringTag]() { return 'TagOfTagged'; } }
class ArrayChild extends Array {}
class MapChild extends Map {}
class ErrorChild extends Error { constructor(n) { super('error ' + n); this.code = 'E' + n; } }

function build(seed) {
  const truth = { counts: {}, shapes: [], strings: {}, closures: [], collections: {} };
  class Bed {}
  const bed = new Bed();
  truth.counts.Bed = 1;

  function many(field, count, make) {
    const list = [];
    for (let i = 0; i < count; i++) list.push(make(i));
    bed[field] = list;
    return list;
  }
  // Classes: "counts" is what DevTools' constructor column must show for classes that nothing else uses.
  function classOf(name, field, count, make) {
    many(field, count, make);
    truth.counts[name] = count;
  }
  classOf('Animal', 'animals', 101, n => new Animal(n));
  classOf('Dog', 'dogs', 202, n => new Dog(n));
  classOf('Puppy', 'puppies', 303, n => new Puppy(n));
  classOf('Legacy', 'legacies', 404, n => new Legacy(n));
  classOf('StaticMethodName', 'staticMethodNames', 607, n => new StaticMethodName(n));
  classOf('Empty', 'empties', 111, () => new Empty());
  classOf('Private', 'privates', 112, n => new Private(n));
  classOf('ArrayChild', 'arrayChildren', 113, n => ArrayChild.from([n, n]));
  classOf('MapChild', 'mapChildren', 114, n => new MapChild([[n, n]]));
  classOf('ErrorChild', 'errorChildren', 15, n => new ErrorChild(n));

  // Objects whose name depends on V8's line: found by the property that only they have. What DevTools
  // calls them is for the heap snapshot to say.
  const byProperty = [];
  function propertied(property, field, count, make) {
    many(field, count, make);
    byProperty.push({ property, count });
  }
  propertied('fourth', 'legacyChildren', 55, n => new LegacyChild(n));
  propertied('staticNameField', 'staticNames', 606, n => new StaticName(n));
  propertied('taggedField', 'taggeds', 77, n => new Tagged(n));
  const classes = [class { constructor(n) { this.anonymousField = n; } }];
  propertied('anonymousField', 'anonymous', 505, n => new classes[0](n));
  propertied('nullProtoField', 'nullProtos', 707, n => {
    const o = Object.create(null);
    o.nullProtoField = n;
    return o;
  });
  propertied('literalWithProto', 'literalProtos', 78, n => ({ __proto__: null, literalWithProto: n }));
  truth.byProperty = byProperty;
  const line = process.versions.v8.split('.').map(Number);
  const devtools = truth.devtools = Object.assign({}, truth.counts);
  devtools.Animal++;  // Dog.prototype
  devtools.Dog++;     // Puppy.prototype
  devtools.Legacy++;  // LegacyChild.prototype
  devtools.LegacyChild = 55;
  devtools[line[0] > 14 || line[0] === 14 && line[1] >= 6 ? 'RenamedClass' : 'StaticName'] = 606;
  devtools.Tagged = 77;
  devtools.classes = 505;
  devtools.BedStrings = 1;
  if (line[0] < 10) delete devtools.MapChild;

  // Three shapes of plain objects.
  function shape(count, properties, make) {
    many('shape' + truth.shapes.length, count, make);
    truth.shapes.push({ count, properties });
  }
  shape(801, ['shapeOneA', 'shapeOneB'], n => ({ shapeOneA: n, shapeOneB: 'b' }));
  shape(802, ['shapeTwoA', 'shapeTwoB', 'shapeTwoC'], n => ({ shapeTwoA: n + 0.5, shapeTwoB: n, shapeTwoC: null }));
  shape(803, ['shapeThreeA', 'shapeThreeB', 'shapeThreeC', 'shapeThreeD'], n => {
    const o = {};  // starts empty: later properties go out of the object
    o.shapeThreeA = n; o.shapeThreeB = [n]; o.shapeThreeC = n; o.shapeThreeD = 'd';
    return o;
  });

  // Dictionary mode.
  many('dictionaries', 31, n => {
    const o = { dictionaryKeep: n };
    for (let i = 0; i < 40; i++) o['gone' + i] = i;
    for (let i = 0; i < 40; i++) delete o['gone' + i];
    return o;
  });
  truth.dictionaries = { property: 'dictionaryKeep', count: 31 };

  // Arrays, by elements kind; each list is a property of bed.
  many('packedSmi', 10, n => [n, 1, 2]);
  many('holeySmi', 11, n => { const a = [n, 1, 2, 3]; delete a[1]; return a; });
  many('packedDouble', 12, n => [n + 0.5, 1.5, 2.5]);
  many('holeyDouble', 13, n => { const a = [n + 0.5, 1.5, 2.5]; delete a[1]; return a; });
  many('packed', 14, n => ['x', n, {}]);
  many('holey', 15, n => { const a = ['x', n, 'y']; delete a[1]; return a; });
  many('sparse', 16, n => { const a = []; a[1e6 + n] = n; return a; });
  many('sealed', 17, n => Object.seal(['x', n]));
  many('frozen', 18, n => Object.freeze(['x', n]));
  bed.large = new Array(60000).fill(4711);  // an object of its own page
  truth.arrays = { packedSmi: 10, holeySmi: 11, packedDouble: 12, holeyDouble: 13, packed: 14, holey: 15, sparse: 16,
    sealed: 17, frozen: 18 };

  // Keyed collections and binary data.
  bed.map = new Map();
  for (let i = 0; i < 1000; i++) bed.map.set('key' + i, i);
  for (let i = 0; i < 1000; i += 10) bed.map.delete('key' + i);
  bed.set = new Set();
  for (let i = 0; i < 500; i++) bed.set.add(i * 3);
  bed.weakMap = new WeakMap();
  for (const d of bed.dogs) bed.weakMap.set(d, d.serial);
  truth.collections = { map: 900, set: 500, weakMap: 202 };
  bed.u8 = many('u8', 21, n => new Uint8Array(10 + n));
  bed.f64 = many('f64', 22, n => new Float64Array([n, Math.PI]));
  bed.big = new Uint8Array(300000).fill(7);
  bed.bigint64 = new BigInt64Array(5).fill(BigInt(-3));
  bed.buffer = Buffer.from('dumpdive buffer of the bed');
  bed.dataView = new DataView(new ArrayBuffer(64));
  truth.typedArrays = { u8: 21, f64: 22 };

  // Strings. Each is held by a property of bed.strings; text is what it reads.
  class BedStrings {}
  const s = bed.strings = new BedStrings();
  truth.counts.BedStrings = 1;
  const text = truth.strings;
  s.oneByte = Buffer.from('one byte, caf\u00e9 ' + seed, 'latin1').toString('latin1');
  s.twoByte = Buffer.from('two byte, \u0434\u0430\u043c\u043f \ud83c\udf0a ' + seed, 'utf16le').toString('utf16le');
  s.lone = 'lone \ud83c' + seed;
  s.internalized = 'internalizedPropertyOfBed';
  s.empty = '';
  const left = 'the left half of a cons string, ' + seed, right = ' and the right half of a cons string';
  s.cons = left + right;
  const parent = Buffer.from('0123456789'.repeat(20) + seed).toString('latin1');
  s.sliced = parent.slice(13, 63);
  s.externalOneByte = Buffer.alloc(1100000, 'external one byte ').toString('latin1');
  s.externalTwoByte = Buffer.alloc(2200000, Buffer.from('external tw\u03c9 byte ', 'utf16le')).toString('utf16le');
  s.number = String(1e21 + seed);
  text.oneByte = s.oneByte; text.twoByte = s.twoByte; text.lone = s.lone; text.internalized = s.internalized;
  text.empty = ''; text.cons = left + right; text.sliced = '0123456789'.repeat(20).slice(13, 63); text.number = s.number;
  text.externalOneByte = { start: s.externalOneByte.slice(0, 40), length: s.externalOneByte.length };
  text.externalTwoByte = { start: s.externalTwoByte.slice(0, 40), length: s.externalTwoByte.length };
  text.thin = 'a thin string was a cons string ' + seed + ' that then served as a key';

  // Closures of one definition.
  many('closures', 909, n => function countedClosure() { return n; });
  many('arrows', 55, n => () => n + seed);
  truth.closures.push({ name: 'countedClosure', count: 909 });

  many('regexps', 19, n => new RegExp('bed' + n, 'gi'));
  many('dates', 20, n => new Date(86400000 * n));
  many('symbols', 23, n => Symbol('bedSymbol' + n));
  many('bigints', 24, n => BigInt(2) ** BigInt(70 + n));
  many('heapNumbers', 25, n => 'x' + n && n + 0.25);
  truth.primitives = { regexps: 19, dates: 20, symbols: 23, bigints: 24 };

  return { bed, truth };
}

// A thin string is what an old cons string becomes when it is used as a property key; a young one would be
// replaced by what it points to in the next collection. So: to be called when the strings are old, and
// before the last collection.
function thin(bed, text) {
  const table = {};
  table[bed.strings.thin] = 1;
  if (!(text in table)) throw new Error('not the same key');
  bed.strings.thinKeys = table;
}
function plantThin(bed, seed) {
  bed.strings.thin = ['a thin string was a cons string ', ' that then served as a key'].join(String(seed));
  bed.strings.thin = bed.strings.thin.slice(0, 32) + bed.strings.thin.slice(32);
}

module.exports = { build, plantThin, thin };
