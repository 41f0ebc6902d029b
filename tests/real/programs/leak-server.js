'use strict';
const http = require('http');
const REQUESTS = Number(process.argv[2]) || 200;
const PER_REQUEST = Number(process.argv[3]) || 5000;

class Keyring { constructor(issuer, keys) { this.issuer = issuer; this.keys = keys; } }
class SignedRequest { constructor(nonce, keyring, stamp) { this.nonce = nonce; this.keyring = keyring; this.stamp = stamp; } }

const keyring = new Keyring('colonel-mustard', ['hall', 'lounge', 'library']);
const sigs = [];        // signed by us, not yet in the audit log
let served = 0;

http.Server.prototype.get = function get(path, handler) { this.on('request', handler); return this; };
const server = http.createServer();
server.get('/sign/:user', function signHandler(req, res) {
  const sig = [];
  const user = req.url.split('/').pop();
  for (let i = 0; i < PER_REQUEST; i++) {
    sigs.push(new SignedRequest(served * PER_REQUEST + i, keyring, 1440000000000 + served * PER_REQUEST + i));
  }
  served++;
  for (const s of sig.splice(0)) audit(s);
  if (served === REQUESTS) die(user);
  res.end(JSON.stringify({ user, signed: PER_REQUEST }));
});
exports.handler = server.listeners('request')[0];

function audit(signed) {
  sigs.splice(sigs.indexOf(signed), 1);
}

// The founding case of dumpdive: a handler that keeps every request it signed, by one letter (line 19). The
// service drives itself through the loopback: leak-server.js [REQUESTS [PER_REQUEST]], by default 200 of
// 5,000, a million in all. In the last one it says what is in it and aborts.
function die(user) {
  console.log(JSON.stringify({
    program: 'leak-server', node: process.version, v8: process.versions.v8, pid: process.pid, argv: process.argv,
    execPath: process.execPath, uptime: process.uptime(), env: Object.assign({}, process.env),
    counts: { SignedRequest: REQUESTS * PER_REQUEST, Keyring: 1 },
    sigs: sigs.length, served, user, issuer: keyring.issuer, keys: keyring.keys, last: sigs[sigs.length - 1].nonce,
  }));
  process.abort();
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
server.listen(0, '127.0.0.1', function ready() {
  (function next() {
    http.get({ port: server.address().port, host: '127.0.0.1', path: '/sign/user' + (served + 1), agent },
      res => res.resume().on('end', next));
  })();
});
