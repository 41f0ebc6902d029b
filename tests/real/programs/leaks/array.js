// An audit log in memory.
'use strict';
class Entry { constructor(id) { this.id = id; this.user = `user ${id % 97}`; this.detail = { ip: `10.0.${id % 256}.1`, at: id }; } }
const auditLog = [];
exports.step = (i) => auditLog.push(new Entry(i));
