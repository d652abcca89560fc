// Read by a Node.js of any age, so written as one of long ago reads it.
'use strict';

var OLDEST = 20;

/** What is wrong with this Node.js, in a sentence; null where nothing is. */
module.exports =
  Number(process.versions.node.split('.')[0]) < OLDEST
    ? `it needs Node.js ${OLDEST} or newer, and this is ${process.version}`
    : null;
