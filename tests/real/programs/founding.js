'use strict';
const express = require(require.resolve('express', { paths: [process.argv[2]] }));
const http = require('http');
const REQUESTS = 200, PER_REQUEST = 5000;

class Keyring { constructor(issuer, keys) { this.issuer = issuer; this.keys = keys; } }
class SignedRequest { constructor(nonce, keyring, stamp) { this.nonce = nonce; this.keyring = keyring; this.stamp = stamp; } }

const keyring = new Keyring('colonel-mustard', ['hall', 'lounge', 'library']);
const sigs = [];        // signed by us, not yet in the audit log
let served = 0;

const app = express();
app.use(express.json());
app.get('/sign/:user', function signHandler(req, res) {
  const sig = [];
  for (let i = 0; i < PER_REQUEST; i++) {
    sigs.push(new SignedRequest(served * PER_REQUEST + i, keyring, 1440000000000 + served * PER_REQUEST + i));
  }
  served++;
  for (const s of sig.splice(0)) audit(s);
  if (served === REQUESTS) die(req.params.user);
  res.json({ user: req.params.user, signed: PER_REQUEST });
});

function audit(signed) {
  sigs.splice(sigs.indexOf(signed), 1);
}

// The founding case of dumpdive in an application of express: a handler that keeps every request it signed, by one
// letter (line 18). founding.js FOLDER, where express is installed. The service drives itself through the
// loopback; in its last request, when there are a million, it says what is in it and aborts.
function die(user) {
  console.log(JSON.stringify({ node: process.version, user, sigs: sigs.length, served }));
  process.abort();
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const server = app.listen(0, '127.0.0.1', function ready() {
  (function next() {
    http.get({ port: server.address().port, host: '127.0.0.1', path: '/sign/user' + (served + 1), agent },
      (res) => res.resume().on('end', next));
  })();
});
