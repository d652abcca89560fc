// chartjs-node-canvas draws with `canvas`, which fetches a binary from elsewhere or needs a compiler and Cairo's
// headers. This package stands in its place, and is packed with hvbench: what `overrides` say counts in one's own
// project alone, never in those that depend on it.
module.exports = require('@napi-rs/canvas');
