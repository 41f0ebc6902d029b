// The founding case: a service whose handler keeps every request it ever signed.
//
//   leak-server.js [REQUESTS [PER_REQUEST]]     default 200 requests of 5000 signatures: 1,000,000
//
// It listens on the loopback, sends itself the requests, and aborts after the last one (process.abort(),
// SIGABRT), before it can answer. What is in it is printed first. The leak is one letter in signHandler.
'use strict';
const http = require('http');

const REQUESTS = Number(process.argv[2]) || 200;
const PER_REQUEST = Number(process.argv[3]) || 5000;

class Keyring {
  constructor(issuer, keys) { this.issuer = issuer; this.keys = keys; }
}

class SignedRequest {
  constructor(nonce, keyring, stamp) { this.nonce = nonce; this.keyring = keyring; this.stamp = stamp; }
}

function startSigner(keyring) {
  const sigs = [];  // the latest signatures, for /recent
  let served = 0;

  return function signHandler(req, res) {
    const sig = [];
    const user = req.url.split('/').pop();
    for (let i = 0; i < PER_REQUEST; i++) {
      sigs.push(new SignedRequest(served * PER_REQUEST + i, keyring, 1440000000000 + served * PER_REQUEST + i));
    }
    served++;
    if (served === REQUESTS) theEnd(sigs, user);
    res.end(JSON.stringify({ user, signed: sig.length }));
  };
}

function theEnd(sigs, user) {
  console.log(JSON.stringify({
    program: 'leak-server', node: process.version, v8: process.versions.v8, pid: process.pid, argv: process.argv,
    execPath: process.execPath, uptime: process.uptime(), user,
    counts: { SignedRequest: REQUESTS * PER_REQUEST, Keyring: 1 },
    sigs: sigs.length, issuer: sigs[0].keyring.issuer, last: sigs[sigs.length - 1].nonce,
  }));
  if (global.gc) { global.gc(); global.gc(); }
  process.abort();
}

const keyring = new Keyring('colonel-mustard', ['hall', 'lounge', 'library']);
const server = http.createServer(startSigner(keyring));
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

server.listen(0, '127.0.0.1', function ready() {
  let sent = 0;
  (function next() {
    const options = { host: '127.0.0.1', port: server.address().port, path: '/sign/user' + ++sent, agent };
    http.get(options, response => response.resume().on('end', next));
  })();
});
