// A process that was being debugged: a breakpoint in one function, another one stepped through. V8 then
// keeps DebugInfo beside functions, and has line tables of all scripts.
'use strict';
const inspector = require('inspector');
const { facts, tell, collect } = require('./lib/bed');

function broken(a) {
  const sum = a + 1;
  return () => sum;
}
function stepped(b) { debugger; return b * 2; }

const session = new inspector.Session();
session.connect();
const post = (method, params) => {
  let answer;
  session.post(method, params, (error, result) => { if (error) throw new Error(error.message); answer = result; });
  return answer;
};
const scripts = {};
session.on('Debugger.scriptParsed', m => { scripts[m.params.url] = m.params.scriptId; });
let pauses = 0;
session.on('Debugger.paused', () => { pauses++; post('Debugger.resume'); });
post('Debugger.enable');
const id = Object.keys(scripts).find(url => url.endsWith('debugged.js'));
post('Debugger.setBreakpoint', { location: { scriptId: scripts[id], lineNumber: 8, columnNumber: 2 } });
const held = broken(41);
stepped(1);

global.kept = [broken, stepped, held];
collect();
const truth = {};
for (const fn of [broken, stepped, held]) truth[fn.name || 'held'] = fn.toString();
tell(Object.assign({ program: 'debugged' }, facts(), { script: __filename, pauses, truth }));
