// Typed arrays, ArrayBuffer, SharedArrayBuffer, DataView, Buffer, with their bytes.
'use strict';

module.exports = ({ expect, kind }) => {
  const made = {};
  made.uint8 = new Uint8Array([0, 1, 255]);
  made.int8 = new Int8Array([-128, 0, 127]);
  made.uint16 = new Uint16Array([0, 65535]);
  made.int16 = new Int16Array([-32768, 32767]);
  made.uint32 = new Uint32Array([0, 4294967295]);
  made.int32 = new Int32Array([-2147483648, 2147483647]);
  made.float32 = new Float32Array([0.1, -0, NaN, Infinity, 1.5]);
  made.float64 = new Float64Array([0.1, -0, NaN, -Infinity, 5e-324]);
  made.clamped = new Uint8ClampedArray([300, -5, 7]);
  made.bigint64 = new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n]);
  made.biguint64 = new BigUint64Array([0n, 2n ** 64n - 1n]);
  kind(made, 'float16', () => new Float16Array([0.1, -0, NaN, Infinity, 65504, 6e-8]));
  made.empty = new Float64Array(0);
  made.large = new Uint16Array(20000).map((_, i) => i); // off the heap
  made.largeStart = made.large.subarray(10, 15);
  const buffer = new ArrayBuffer(16);
  new Uint8Array(buffer).set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  made.arrayBuffer = buffer;
  made.view = new Uint32Array(buffer, 4, 2);
  made.dataView = new DataView(buffer, 3, 5);
  made.emptyBuffer = new ArrayBuffer(0);
  made.shared = new SharedArrayBuffer(8);
  new Uint8Array(made.shared).fill(7);
  made.onShared = new Int32Array(made.shared);
  made.buffer = Buffer.from('dumpdive buffer caf\u00e9');
  made.pooled = Buffer.allocUnsafe(10).fill('pool');
  made.pooledSlice = made.pooled.slice(2, 6);
  made.bigBuffer = Buffer.alloc(20000, 'big');
  made.withProperty = Object.assign(new Uint8Array([1]), { name: 'named' });
  made.subclass = new (class Bytes extends Uint8Array {})([9, 8]);
  const detached = new ArrayBuffer(8), onDetached = new Uint8Array(detached);
  if (typeof structuredClone === 'function') structuredClone(detached, { transfer: [detached] });
  else { const { port1 } = new (require('worker_threads').MessageChannel)(); port1.postMessage(null, [detached]); port1.close(); }
  made.detached = expect(detached, { detached: true });
  made.onDetached = expect(onDetached, { detached: true });
  // Buffers that grow, and what views of them see.
  let resizable;
  const grows = (name, make) => kind(made, name, () => {
    if (!resizable) {
      resizable = new ArrayBuffer(8, { maxByteLength: 32 });
      if (!resizable.resizable) throw new Error('no resizable buffers');
      new Uint8Array(resizable).set([1, 2, 3, 4, 5, 6, 7, 8]);
    }
    if (!resizable.resizable) throw new Error('no resizable buffers');
    return make();
  });
  grows('resizable', () => resizable);
  grows('tracking', () => new Uint8Array(resizable));
  grows('trackingOffset', () => new Uint16Array(resizable, 4));
  grows('outOfBounds', () => expect(new Uint8Array(resizable, 4, 4), { outOfBounds: true }));
  grows('trackingView', () => new DataView(resizable, 2));
  grows('growable', () => {
    resizable.resize(7);
    const growable = new SharedArrayBuffer(4, { maxByteLength: 16 });
    growable.grow(6);
    new Uint8Array(growable).fill(3);
    return growable;
  });
  grows('onGrowable', () => new Uint8Array(made.growable));
  return made;
};
