/* SHA-256 (FIPS 180-4, section 6.2) of a message of 1 KiB. Each iteration's digest becomes the first 32
 * bytes of the next one's message, so that no iteration can be skipped. */
#include "abi.h"

#define MESSAGE 1024
#define DIGEST 32
#define BLOCK 64

static const u32 K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const u32 INITIAL[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* The message and its padding, as words in memory order. */
static u32 message[(MESSAGE + BLOCK) / 4] __attribute__((aligned(64)));

static inline u32 rotr(u32 x, u32 n) { return (x >> n) | (x << (32 - n)); }

static void compress(u32 hash[8], const u32 *block) {
    u32 w[64];
    for (u32 t = 0; t < 16; t++)
        w[t] = __builtin_bswap32(block[t]);
    for (u32 t = 16; t < 64; t++) {
        u32 s0 = rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
        u32 s1 = rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    u32 a = hash[0], b = hash[1], c = hash[2], d = hash[3];
    u32 e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    for (u32 t = 0; t < 64; t++) {
        u32 sum1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
        u32 choice = (e & f) ^ (~e & g);
        u32 t1 = h + sum1 + choice + K[t] + w[t];
        u32 sum0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
        u32 majority = (a & b) ^ (a & c) ^ (b & c);
        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + sum0 + majority;
    }
    hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d;
    hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
}

static int prepare(struct context *context) {
    u32 state = mix_seed(context->seed, 0);
    for (u32 i = 0; i < MESSAGE / 4; i++)
        message[i] = xorshift32(&state);
    for (u32 i = MESSAGE / 4; i < (MESSAGE + BLOCK) / 4; i++)
        message[i] = 0;
    message[MESSAGE / 4] = 0x80; /* the bit after the message, then zeros, then its length in bits */
    message[(MESSAGE + BLOCK) / 4 - 1] = __builtin_bswap32(MESSAGE * 8);
    return 0;
}

/* The first 64 bits of the last digest. */
static u64 run(struct context *context, u32 iterations) {
    (void)context;
    u32 hash[8] = {0};
    for (u32 i = 0; i < DIGEST / 4; i++)
        message[i] = 0;
    for (u32 i = 0; i < iterations; i++) {
        for (u32 k = 0; k < 8; k++)
            hash[k] = INITIAL[k];
        for (u32 at = 0; at < (MESSAGE + BLOCK) / 4; at += BLOCK / 4)
            compress(hash, message + at);
        for (u32 k = 0; k < 8; k++)
            message[k] = __builtin_bswap32(hash[k]);
    }
    return (u64)hash[0] << 32 | hash[1];
}

WORKLOAD(cpu_sha256, "cpu/sha256", prepare, NULL, run);
