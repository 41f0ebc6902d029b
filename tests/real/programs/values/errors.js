// Errors: message, cause, properties; the stack as it was formatted, and before anybody asked for it.
'use strict';

class ErrorChild extends Error {
  constructor(message) { super(message); this.code = 'CHILD'; }
}
function thrower() { throw new TypeError('thrown in thrower'); }
function catcher() { try { thrower(); } catch (e) { return e; } }

module.exports = ({ expect, keep, kind }) => {
  const made = {};
  const touched = e => expect(e, { stack: e.stack });
  made.plain = touched(new Error('plain message'));
  made.type = touched(catcher());
  made.range = touched((() => { try { new Array(-1); } catch (e) { return e; } })());
  made.syntax = touched((() => { try { eval('a b'); } catch (e) { return e; } })());
  made.child = touched(new ErrorChild('child message'));
  made.empty = touched(new Error());
  made.withProperties = touched(Object.assign(new Error('more'), { code: 'E_CODE', errno: -2, info: { a: 1 } }));
  kind(made, 'cause', () => {
    const error = new Error('outer', { cause: made.plain });
    if (!Object.hasOwn || !Object.hasOwn(error, 'cause')) throw new Error('no cause of errors');
    return touched(error);
  });
  kind(made, 'aggregate', () => touched(new AggregateError([new Error('one'), 2], 'many')));
  made.stackReplaced = Object.assign(new Error('replaced'), { stack: 'my own stack' });
  expect(made.stackReplaced, { stack: 'my own stack' });
  made.stackDeleted = new Error('no stack');
  delete made.stackDeleted.stack;
  made.noFrames = (() => { const limit = Error.stackTraceLimit; Error.stackTraceLimit = 0; const e = new Error('none'); Error.stackTraceLimit = limit; return touched(e); })();
  made.longMessage = touched(new Error('line one\nline two "quoted"'));
  made.system = (() => { try { require('fs').readFileSync('/nowhere/at/all'); } catch (e) { return touched(e); } })();
  // Nobody asks for these stacks: they are as V8 captured them. What they would say is what a twin says that
  // was made at the same place.
  const lines = e => e.stack.split('\n').filter(l => l.startsWith('    at ')).map(l => l.slice(7));
  const twins = make => { const both = []; for (const i of [0, 1]) both.push(make()); return expect(both[1], { frames: lines(both[0]), raw: true }); };
  made.untouched = twins(() => new Error('untouched'));
  made.untouchedThrown = twins(catcher);
  made.untouchedChild = twins(() => new ErrorChild('untouched child'));
  made.captured = expect({ captured: true }, { raw: true });
  Error.captureStackTrace(made.captured);
  return made;
};
