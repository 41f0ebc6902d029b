// A cache by request that nothing is ever taken from.
'use strict';
class Page { constructor(url) { this.url = url; this.html = `<h1>${url}</h1>`.repeat(8); } }
const pages = new Map();
exports.step = (i) => pages.set(`/user/${i}?at=${i * 7}`, new Page(`/user/${i}`));
