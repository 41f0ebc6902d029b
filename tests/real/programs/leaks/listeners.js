// Every request leaves a listener on an emitter that lives as long as the service.
'use strict';
const { EventEmitter } = require('events');
const bus = new EventEmitter().setMaxListeners(0);
class Session { constructor(id) { this.id = id; this.body = new Array(20).fill(id); } }
exports.step = (i) => { const session = new Session(i); bus.on('config', () => session.id); };
