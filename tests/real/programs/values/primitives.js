// Primitives of all kinds, boxed ones, dates, regular expressions, symbols, BigInts.
'use strict';

module.exports = ({ expect, kind }) => {
  const made = {};
  made.bigints = [0n, 1n, -1n, 2n ** 63n, -(2n ** 64n), 2n ** 64n - 1n, 10n ** 30n, -(10n ** 40n), 10n ** 19n, 3n ** 200n,
    2n ** 4000n];
  made.symbols = [Symbol('one'), Symbol(), Symbol.for('registered'), Symbol.iterator, Symbol(''), Symbol('caf\u00e9')];
  made.booleans = [true, false];
  made.nothing = [null, undefined];
  made.numbers = [0, -0, 1, -1, 0.1, 1e21, 1e20, 123456.789, 1e-6, 1e-7, 1.5e300, 2 ** 31, -(2 ** 31) - 1, 9007199254740993,
    4.35, 0.000001234, 100, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, Number.EPSILON, 1e23, 9.5e-7];
  made.boxedNumber = new Number(5);
  made.boxedString = Object.assign(new String('boxed text'), { extra: 1 });
  made.boxedBoolean = new Boolean(false);
  made.boxedSymbol = Object(Symbol('boxed'));
  made.boxedBigInt = Object(12345678901234567890n);
  made.dates = [new Date(0), new Date(86400000.9), new Date(-1), new Date(NaN), new Date(8.64e15), new Date(-8.64e15),
    new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 789)), new Date(-62198755200001), new Date(253402300800000),
    new Date(-2208988800000)];
  made.dateWithProperty = Object.assign(new Date(1e12), { zone: 'here' });
  made.regexps = [/a/, /a\/b/gi, new RegExp('[/]\n', 'm'), /(?<n>x)/suy, new RegExp('')];
  kind(made, 'regexpIndices', () => new RegExp('x', 'd'));
  kind(made, 'regexpSets', () => new RegExp('[\\p{L}--[a-z]]', 'v'));
  made.usedRegexp = /x/g; made.usedRegexp.exec('aax');
  return made;
};
