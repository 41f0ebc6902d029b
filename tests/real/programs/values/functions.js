// Functions of every form as values, bound functions, proxies.
'use strict';

module.exports = ({ expect, major }) => {
  const made = {};
  made.declaration = function named(a, b, c) {};
  made.anonymous = (() => function () {})();
  made.arrow = (a, b) => a;
  made.async = async function asyncNamed(a) {};
  made.generator = function* generatorNamed() {};
  made.asyncArrow = async () => {};
  made.asyncGenerator = async function* asyncGeneratorNamed() {};
  made.class = class Named { constructor(a) {} method() {} static fixed() {} get got() { return 1; } };
  made.derived = class DerivedNamed extends made.class {};
  made.emptyClass = class {};
  made.classWithFields = class WithFields { static count = 3; };
  made.method = { method(a) {} }.method;
  made.getter = Object.getOwnPropertyDescriptor({ get got() { return 1; } }, 'got').get;
  made.withProperties = Object.assign(function withProperties() {}, { extra: 1, more: { a: 2 } });
  made.prototypeUsed = function Used() {};
  made.prototypeUsed.prototype.method = function () {};
  made.instances = [new made.prototypeUsed()];
  made.prototypeReplaced = function Replaced() {};
  made.prototypeReplaced.prototype = { own: 1 };
  made.renamed = Object.defineProperty(function renamed() {}, 'name', { value: 'other name' });
  made.builtin = Array.prototype.push;
  made.builtinConstructor = Map;
  made.newFunction = new Function('a', 'b', 'return a + b');
  made.computed = { ['com' + 'puted']() {} }.computed;
  // Call all that could be lazy, so that lengths are known.
  for (const key of Object.keys(made)) {
    try { const result = made[key](1, 2); if (result && result.catch) result.catch(() => {}); } catch (e) { /* classes */ }
    if (typeof made[key] === 'function') { try { new made[key](); } catch (e) { /* not a constructor */ } }
  }
  const that = { that: 1 };
  made.bound = expect(made.declaration.bind(that, 'one', { two: 2 }), { slots: [['[[TargetFunction]]', { of: made.declaration }],
    ['[[BoundThis]]', { of: that }]] });
  made.boundTwice = made.bound.bind(null, 3);
  made.boundClass = made.class.bind(null);

  const proxied = { a: 1 }, handler = { get(t, k) { return 'trapped'; } };
  made.proxy = expect(new Proxy(proxied, handler), { slots: [['[[Target]]', { of: proxied }], ['[[Handler]]', { of: handler }]] });
  made.proxyOfFunction = expect(new Proxy(made.arrow, {}), { slots: [['[[Target]]', { of: made.arrow }]] });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  made.revoked = expect(proxy, { slots: [['[[Target]]', { of: null }], ['[[Handler]]', { of: null }]] });
  made.proxyOfProxy = expect(new Proxy(made.proxy, {}), { slots: [['[[Handler]]', { of: {} }]] });
  return made;
};
