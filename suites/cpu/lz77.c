/* LZ77-style compression (Ziv and Lempel, IEEE Trans. Information Theory 23(3), 1977), greedy, with a hash
 * table of last positions in place of a search: the method of LZRW1, LZ4 and their kin.
 *
 * Output: groups of a flag byte and eight items, lowest bit first. Flag 0: a literal byte. Flag 1: a match,
 * its distance (two bytes, little-endian) and its length less MIN_MATCH (one byte). */
#include "abi.h"

#define SIZE 16384
/* One text over and over would teach a branch predictor its every branch. */
#define TEXTS 8
#define WORDS 256
#define MAX_WORD 12
#define HASH_BITS 12
#define MIN_MATCH 4
#define MAX_MATCH (MIN_MATCH + 255)
#define OUTPUT (SIZE + SIZE / 8)

static u8 texts[TEXTS * SIZE + MAX_WORD] __attribute__((aligned(64)));
static u8 output[OUTPUT + 4] __attribute__((aligned(64)));
static u16 last_position[1 << HASH_BITS] __attribute__((aligned(64)));
static u8 words[WORDS][MAX_WORD];
static u8 word_length[WORDS];

/* A number below `bound`, small ones more often: the product of two uniform ones. */
static u32 skewed(u32 *state, u32 bound) {
    u32 a = xorshift32(state) >> 16;
    u32 b = xorshift32(state) >> 16;
    return (a * b >> 16) * bound >> 16;
}

/* Texts of one small vocabulary in which some letters and some words are frequent. */
static int prepare(struct context *context) {
    static const char letters[] = "etaoinshrdlucmfwypvbgkjqxz";
    u32 state = mix_seed(context->seed, 0);
    for (u32 w = 0; w < WORDS; w++) {
        word_length[w] = (u8)(2 + skewed(&state, MAX_WORD - 2));
        for (u32 i = 0; i < word_length[w]; i++)
            words[w][i] = (u8)letters[skewed(&state, 26)];
    }
    u32 at = 0;
    while (at < TEXTS * SIZE) {
        u32 w = skewed(&state, WORDS);
        for (u32 i = 0; i < word_length[w]; i++)
            texts[at++] = words[w][i];
        texts[at++] = xorshift32(&state) >> 28 ? ' ' : '\n';
    }
    return 0;
}

static inline u32 load32(const u8 *from) {
    u32 word;
    __builtin_memcpy(&word, from, sizeof word);
    return word;
}

/* The length of the match at `position`, 0 if there is none; sets its distance. */
static inline u32 match(const u8 *text, u32 position, u32 *distance) {
    if (position + MIN_MATCH > SIZE)
        return 0;
    u32 word = load32(text + position);
    u16 *slot = &last_position[(word * 2654435761u) >> (32 - HASH_BITS)];
    u32 candidate = *slot;
    *slot = (u16)position;
    if (candidate >= position || load32(text + candidate) != word)
        return 0;
    u32 longest = SIZE - position < MAX_MATCH ? SIZE - position : MAX_MATCH;
    u32 length = MIN_MATCH;
    while (length < longest && text[candidate + length] == text[position + length])
        length++;
    *distance = position - candidate;
    return length;
}

/* Compresses SIZE bytes into `output` and returns the number of bytes there. */
static u32 compress(const u8 *text) {
    for (u32 i = 0; i < 1 << HASH_BITS; i++)
        last_position[i] = 0;
    u8 *to = output;
    u8 *flags = to;
    u32 items = 0;
    for (u32 position = 0; position < SIZE; items++) {
        if (items % 8 == 0) {
            flags = to++;
            *flags = 0;
        }
        u32 distance = 0;
        u32 length = match(text, position, &distance);
        if (length == 0) {
            *to++ = text[position++];
            continue;
        }
        *flags |= (u8)(1u << items % 8);
        *to++ = (u8)distance;
        *to++ = (u8)(distance >> 8);
        *to++ = (u8)(length - MIN_MATCH);
        position += length;
    }
    return (u32)(to - output);
}

static u64 run(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    for (u32 i = 0; i < iterations; i++) {
        u32 bytes = compress(texts + i % TEXTS * SIZE);
        for (u32 k = bytes; k < bytes + 4; k++)
            output[k] = 0;
        u32 hash = bytes;
        for (u32 k = 0; k < bytes; k += 4)
            hash = hash * 31 + load32(output + k);
        checksum = checksum * 31 + hash;
    }
    return checksum;
}

WORKLOAD(cpu_lz77, "cpu/lz77", prepare, NULL, run);
