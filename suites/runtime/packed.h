/* Frames over a way that carries single bytes, where each may cost an exit or more: most of a frame is zero, and stays at
 * home. A packed frame is a mask, a bit for each word that is not zero, and these words in order. Words are such that a
 * command to run fits the 16 bytes that a serial line takes at once. core/guest/packed-frame.ts is the other side. */
#ifndef HVBENCH_PACKED_H
#define HVBENCH_PACKED_H

#include "protocol.h"

/* A command: a mask of two bytes, words of 4. */
enum { COMMAND_WORD = 4, COMMAND_WORDS = sizeof(struct command) / COMMAND_WORD };
/* A reply: MARK_REPLY, a mask of three bytes, words of 8. */
enum { REPLY_WORD = 8, REPLY_WORDS = sizeof(struct reply) / REPLY_WORD, REPLY_HEAD = 4 };
enum { PACKED_REPLY_BYTES = REPLY_HEAD + sizeof(struct reply) };
_Static_assert(COMMAND_WORDS <= 16 && REPLY_WORDS <= 24, "a bit of the mask for each word");

/* Returns how many bytes of `to` it is. */
static inline usize pack_reply(const struct reply *reply, u8 to[PACKED_REPLY_BYTES]) {
    const u8 *from = (const u8 *)reply;
    usize length = REPLY_HEAD;
    __builtin_memset(to, 0, REPLY_HEAD);
    to[0] = MARK_REPLY;
    for (u32 i = 0; i < REPLY_WORDS; i++) {
        u64 word;
        __builtin_memcpy(&word, from + i * REPLY_WORD, REPLY_WORD);
        if (word == 0) continue;
        to[1 + i / 8] |= (u8)(1u << (i % 8));
        __builtin_memcpy(to + length, &word, REPLY_WORD);
        length += REPLY_WORD;
    }
    return length;
}

/* `read` fetches so many bytes. */
static inline void read_command(struct command *command, void (*read)(void *to, usize bytes)) {
    u16 mask;
    __builtin_memset(command, 0, sizeof *command);
    read(&mask, sizeof mask);
    for (u32 i = 0; i < COMMAND_WORDS; i++)
        if (mask >> i & 1) read((u8 *)command + i * COMMAND_WORD, COMMAND_WORD);
}

#endif
