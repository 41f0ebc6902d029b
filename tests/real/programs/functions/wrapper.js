// A file that gives away the function Node makes of it.
exports.callee = arguments.callee;
exports.file = __filename;
