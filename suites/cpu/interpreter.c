/* A bytecode interpreter for a stack machine, with threaded dispatch (J. R. Bell, "Threaded Code", CACM
 * 16(6), 1973): every bytecode ends in an indirect branch of its own.
 *
 * The program steps a linear congruential generator (the constants are those of Numerical Recipes) 64
 * times, and adds or xors each number into an accumulator as one bit of it says. Both arms take the same
 * number of bytecodes: 25 a step, 1603 an iteration. */
#include "abi.h"

enum { CONSTANT, LOAD, STORE, DUP, ADD, SUB, MUL, AND, XOR, ROL, JUMP, JUMP_ZERO, JUMP_NONZERO, HALT };
enum { X, ACCUMULATOR, COUNTER, LOCALS };
enum { STEPS, ONE, MULTIPLIER, INCREMENT, BIT, ROTATION };

static const u32 constants[] = {
    [STEPS] = 64, [ONE] = 1, [MULTIPLIER] = 1664525, [INCREMENT] = 1013904223, [BIT] = 1u << 16, [ROTATION] = 5,
};

/* An operand is an index of `constants` or of the locals, or the place in the program to jump to. */
static const u8 program[] = {
    /* 0 */ CONSTANT, STEPS, STORE, COUNTER,
    /* 4: x = x * multiplier + increment; is the bit set? */
    LOAD, X, CONSTANT, MULTIPLIER, MUL, CONSTANT, INCREMENT, ADD, DUP, STORE, X,
    CONSTANT, BIT, AND, JUMP_ZERO, 29,
    /* 20: accumulator += x */
    LOAD, ACCUMULATOR, LOAD, X, ADD, STORE, ACCUMULATOR, JUMP, 38,
    /* 29: accumulator ^= x */
    LOAD, ACCUMULATOR, LOAD, X, XOR, STORE, ACCUMULATOR, JUMP, 38,
    /* 38: accumulator rotated left; next step */
    LOAD, ACCUMULATOR, CONSTANT, ROTATION, ROL, STORE, ACCUMULATOR,
    LOAD, COUNTER, CONSTANT, ONE, SUB, DUP, STORE, COUNTER, JUMP_NONZERO, 4,
    /* 55 */ HALT,
};

static __attribute__((noinline)) void interpret(const u8 *at, u32 *locals) {
    static const void *const labels[] = {
        [CONSTANT] = &&constant, [LOAD] = &&load,   [STORE] = &&store, [DUP] = &&dup,
        [ADD] = &&add,           [SUB] = &&sub,     [MUL] = &&mul,     [AND] = &&and,
        [XOR] = &&xor,           [ROL] = &&rol,     [JUMP] = &&jump,   [JUMP_ZERO] = &&jump_zero,
        [HALT] = &&halt,         [JUMP_NONZERO] = &&jump_nonzero,
    };
    u32 stack[8];
    u32 *top = stack - 1;
    const u8 *const start = at;
#define NEXT goto *labels[*at++]
    NEXT;
constant:
    *++top = constants[*at++];
    NEXT;
load:
    *++top = locals[*at++];
    NEXT;
store:
    locals[*at++] = *top--;
    NEXT;
dup:
    top[1] = *top;
    top++;
    NEXT;
add:
    top--;
    *top += top[1];
    NEXT;
sub:
    top--;
    *top -= top[1];
    NEXT;
mul:
    top--;
    *top *= top[1];
    NEXT;
and:
    top--;
    *top &= top[1];
    NEXT;
xor:
    top--;
    *top ^= top[1];
    NEXT;
rol:
    top--;
    *top = *top << top[1] | *top >> (32 - top[1]);
    NEXT;
jump:
    at = start + *at;
    NEXT;
jump_zero:
    at = *top-- == 0 ? start + *at : at + 1;
    NEXT;
jump_nonzero:
    at = *top-- != 0 ? start + *at : at + 1;
    NEXT;
halt:
    return;
}

/* The locals live on from iteration to iteration, so that none can be skipped. */
static u64 run(struct context *context, u32 iterations) {
    u32 locals[LOCALS] = {0};
    locals[X] = context->seed;
    for (u32 i = 0; i < iterations; i++)
        interpret(program, locals);
    return (u64)locals[X] << 32 | locals[ACCUMULATOR];
}

WORKLOAD(cpu_interpreter, "cpu/interpreter", NULL, NULL, run);
